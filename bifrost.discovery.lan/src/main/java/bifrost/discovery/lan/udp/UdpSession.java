package bifrost.discovery.lan.udp;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.PeerDiscovery;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Sends a beacon at each interval, and soon after a new node was heard, and reports who is heard. A
 * node that does not hear itself knows that broadcasts do not work. One thread owns it.
 */
final class UdpSession implements PeerDiscovery.Session {
  private static final Duration CLOSE = Duration.ofSeconds(4);
  private static final int ANSWERS_PER_INTERVAL = 10;

  private final UdpSettings settings;
  private final PeerDiscovery.Observer observer;
  private final Lan.Opening opening;
  private final Beacon beacon;
  private final Neighbours neighbours;
  private final long interval;
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean leaves = true;
  private volatile Lan lan;
  private boolean registered;
  private Set<Candidate> told = Set.of();

  UdpSession(
      UdpSettings settings,
      Announcement self,
      PeerDiscovery.Observer observer,
      Lan.Opening opening) {
    this.settings = settings;
    this.observer = observer;
    this.opening = opening;
    this.interval = settings.interval().toNanos();
    long session =
        (System.currentTimeMillis() << 16) | ThreadLocalRandom.current().nextInt(1 << 16);
    this.beacon = new Beacon(false, session, settings.serviceName(), self);
    this.neighbours = new Neighbours(settings.serviceName(), self.nodeId(), interval);
    this.thread = Thread.ofVirtual().name("bifrost-discovery-udp").start(this::run);
  }

  private void run() {
    try {
      while (!closed) {
        try (Lan open = opening.open()) {
          lan = open;
          exchange(open);
        } catch (IOException e) {
          if (!closed) {
            registered = false;
            observer.failed(cause(e));
            Thread.sleep(settings.interval());
          }
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private void exchange(Lan open) throws IOException {
    byte[] mine = beacon.encode(settings.signature());
    long opened = System.nanoTime();
    long due = opened;
    long earliest = opened;
    while (!closed) {
      long now = System.nanoTime();
      if (now - due >= 0) {
        open.send(mine);
        report(now, opened);
        due = now + interval;
        earliest = now + interval / ANSWERS_PER_INTERVAL;
      }
      byte[] datagram = open.receive(TimeUnit.NANOSECONDS.toMillis(due - now) + 1);
      if (datagram == null) {
        continue;
      }
      now = System.nanoTime();
      boolean isNew = neighbours.heard(Beacon.read(datagram, settings.signature()), now);
      if (isNew && earliest - due < 0) {
        due = earliest; // so that the new node need not wait for an interval
      }
      if (!neighbours.candidates().equals(told)) {
        report(now, opened);
      }
    }
  }

  private void report(long now, long opened) {
    if (closed) {
      return;
    }
    if (!neighbours.hearsItself(now)) {
      if (now - opened >= 2 * interval) {
        registered = false;
        observer.failed(
            "UDP port %d: not even this node's own beacons are heard: are broadcasts filtered?"
                .formatted(settings.port()));
      }
      return;
    }
    if (!registered) {
      registered = true;
      observer.registered();
    }
    neighbours.forget();
    told = neighbours.candidates();
    observer.others(neighbours.others());
    observer.malformed(neighbours.unusable(), neighbours.example());
    observer.found(told);
  }

  private static String cause(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message.lines().findFirst().orElse("");
  }

  /** Stops without a word, as the death of the process would. */
  void abandon() {
    leaves = false;
    close();
  }

  @Override
  public void close() {
    boolean isFirst = !closed;
    closed = true;
    Lan open = lan;
    if (isFirst && leaves && open != null) {
      Beacon last = new Beacon(true, beacon.session(), beacon.serviceName(), beacon.node());
      try {
        open.send(last.encode(settings.signature()));
      } catch (IOException e) {
        // nobody can be told: they will miss this node's beacons
      }
    }
    if (open != null) {
      open.close();
    }
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
