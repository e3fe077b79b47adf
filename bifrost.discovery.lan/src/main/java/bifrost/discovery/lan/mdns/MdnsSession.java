package bifrost.discovery.lan.mdns;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Advertises this node and reports the others. One thread owns it. */
final class MdnsSession implements PeerDiscovery.Session {
  private static final Duration CLOSE = Duration.ofSeconds(4);

  private final MdnsSettings settings;
  private final Announcement self;
  private final PeerDiscovery.Observer observer;
  private final Responder.Opening opening;
  private final Thread thread;
  private volatile boolean closed;

  MdnsSession(
      MdnsSettings settings,
      Announcement self,
      PeerDiscovery.Observer observer,
      Responder.Opening opening) {
    this.settings = settings;
    this.self = self;
    this.observer = observer;
    this.opening = opening;
    this.thread = Thread.ofVirtual().name("bifrost-discovery-mdns").start(this::run);
  }

  private void run() {
    long session =
        (System.currentTimeMillis() << 16) | ThreadLocalRandom.current().nextInt(1 << 16);
    while (!closed) {
      try (Responder responder = opening.open(self)) {
        Responder.Instance own = Nodes.instance(self, session);
        responder.register(own);
        boolean registered = false;
        while (!closed) {
          List<Responder.Instance> seen = responder.list();
          if (!registered && seen.stream().anyMatch(each -> each.name().equals(own.name()))) {
            registered = true; // it is announced only seconds after the call
            observer.registered();
          }
          report(Nodes.of(seen));
          Thread.sleep(settings.interval());
        }
      } catch (InterruptedException e) {
        return; // closed
      } catch (IOException | RuntimeException e) {
        // The library throws unchecked when a network goes away.
        if (!closed) {
          observer.failed(cause(e));
        }
        pause();
      }
    }
  }

  private void report(Nodes nodes) {
    if (!closed) {
      observer.malformed(nodes.malformed(), nodes.example());
      observer.found(nodes.candidates());
    }
  }

  private void pause() {
    try {
      Thread.sleep(settings.interval());
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private static String cause(Exception e) {
    String message = e.getMessage();
    String line = message == null ? "" : message.lines().findFirst().orElse("");
    return "multicast DNS: " + (line.isBlank() ? e.getClass().getSimpleName() : line);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    if (thread != Thread.currentThread()) {
      try {
        thread.join(CLOSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
