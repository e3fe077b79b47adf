package bifrost.discovery.etcd;

import bifrost.api.cluster.Announcement;
import bifrost.tck.discovery.RecordingObserver;
import bifrost.tck.etcd.EtcdCluster;
import bifrost.tck.network.Relay;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a test opens of one service at one etcd; closing ends it in the reverse order. */
final class Sessions implements AutoCloseable {
  static final Announcement A = new Announcement("a", "eu", "10.0.0.1", 10_101);
  static final Announcement B = new Announcement("b", "us", "10.0.0.2", 10_101);
  static final Announcement C = new Announcement("c", "eu", "10.0.0.3", 1);

  private final EtcdCluster etcd;
  private final String serviceName;
  private final Duration lease;
  private final List<AutoCloseable> opened = new ArrayList<>();

  Sessions(EtcdCluster etcd, String serviceName, Duration lease) {
    this.etcd = etcd;
    this.serviceName = serviceName;
    this.lease = lease;
  }

  /** Opens a session of a node with all servers. */
  RecordingObserver open(Announcement self) {
    return open(self, etcd.endpoints());
  }

  /** Opens a session of a node with some servers. */
  RecordingObserver open(Announcement self, String... endpoints) {
    return open(self, Settings.of(serviceName, lease, endpoints));
  }

  /** Opens a session of a node. */
  RecordingObserver open(Announcement self, EtcdSettings settings) {
    RecordingObserver observer = new RecordingObserver();
    opened.add(new EtcdDiscovery(settings).open(self, observer));
    return observer;
  }

  /** A way to the first server. */
  Relay relay() throws IOException {
    Relay relay = Relay.to("127.0.0.1", etcd.port(0));
    opened.add(relay);
    return relay;
  }

  String key(Announcement node) {
    return "/services/" + serviceName + "/" + node.nodeId();
  }

  static void awaitSees(RecordingObserver observer, Announcement node) throws InterruptedException {
    observer.await(node.nodeId() + " is found", o -> sees(o, node));
  }

  static boolean sees(RecordingObserver observer, Announcement node) {
    return observer.sees(node.host(), node.port());
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }
}
