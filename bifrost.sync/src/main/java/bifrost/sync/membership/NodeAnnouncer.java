package bifrost.sync.membership;

import bifrost.api.cluster.MemberInfo;
import bifrost.api.cluster.Membership;
import bifrost.api.status.NodeStatus;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Tells the other members the version of this node and, once it listens, where. */
@Component(
    service = {},
    immediate = true)
public final class NodeAnnouncer {
  private static final Duration POLL = Duration.ofSeconds(1);

  private final Membership membership;
  private final NodeStatus status;
  private final Thread thread;

  /** Starts to wait for the listener. */
  @Activate
  public NodeAnnouncer(
      @Reference(name = "membership") Membership membership,
      @Reference(name = "status") NodeStatus status) {
    this.membership = membership;
    this.status = status;
    this.thread = Thread.ofVirtual().name("bifrost-membership-announcer").start(this::await);
  }

  @Deactivate
  void close() {
    thread.interrupt();
  }

  private void await() {
    membership.announce(info -> withVersion(info, status.boot().version()));
    try {
      while (status.boot().listening().isEmpty()) {
        Thread.sleep(POLL);
      }
    } catch (InterruptedException e) {
      return;
    }
    String advertised = membership.view().local().address().getAddress().getHostAddress();
    address(status.boot().listening().get(), advertised)
        .ifPresent(
            address ->
                membership.announce(
                    info -> info.httpAddress().isEmpty() ? info.withHttpAddress(address) : info));
  }

  private static MemberInfo withVersion(MemberInfo info, String version) {
    return new MemberInfo(
        info.region(), info.httpAddress(), info.grpcAddress(), version, info.capabilities());
  }

  /**
   * What others can use: the listener's own address, or the advertised one when it listens on all;
   * nothing when it listens on loopback and the others are elsewhere.
   */
  static Optional<String> address(String url, String advertised) {
    URI listening = URI.create(url);
    try {
      InetAddress bound = InetAddress.getByName(listening.getHost());
      InetAddress reached = InetAddress.getByName(advertised);
      if (reached.isAnyLocalAddress()) {
        // a node that is known by a broker has no address
        return Optional.empty();
      }
      boolean elsewhere = !reached.isLoopbackAddress();
      if (bound.isLoopbackAddress() && elsewhere) {
        return Optional.empty();
      }
      String host = bound.isAnyLocalAddress() ? advertised : bound.getHostAddress();
      return Optional.of(
          (host.contains(":") ? "[" + host + "]" : host) + ":" + listening.getPort());
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
