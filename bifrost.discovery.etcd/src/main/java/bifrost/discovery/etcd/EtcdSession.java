package bifrost.discovery.etcd;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.discovery.etcd.EtcdFault.Kind;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.watch.WatchEvent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One node's use of etcd, on a thread of its own.
 *
 * <p>On each connection it first renews what it has registered (or registers), then lists all
 * nodes, and follows the changes from the list's revision on. Whatever fails ends the connection;
 * the next server is tried after a pause. A watch that ends, also because its revision was
 * compacted, leads to a new list. The registration is a key of a lease, so closing revokes the
 * lease and never takes a key that a newer session of the same node has written.
 */
final class EtcdSession implements PeerDiscovery.Session {
  private static final Duration CLOSE = Duration.ofSeconds(2);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int PAGE = 1_000;
  private static final int MAX_WAITING = 1_024;
  private static final int OTHERS_EVERY = 6;

  /** Stands for the end of a watch. */
  private static final List<WatchEvent> ENDED = List.of();

  private final EtcdSettings settings;
  private final Announcement self;
  private final PeerDiscovery.Observer observer;
  private final EtcdEntries entries;
  private final Thread thread;
  private volatile boolean closed;

  /** The lease of the registration; 0 for none. */
  private long lease;

  /** Why this node cannot register; empty while it can. */
  private Optional<DiscoveryFailure> unregistered = Optional.empty();

  EtcdSession(EtcdSettings settings, Announcement self, PeerDiscovery.Observer observer) {
    this.settings = settings;
    this.self = self;
    this.observer = observer;
    this.entries = new EtcdEntries(settings.bindPort());
    this.thread = Thread.ofVirtual().name("bifrost-discovery-etcd").start(this::run);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(CLOSE.multipliedBy(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 0; !closed; attempt++) {
      URI endpoint = settings.endpoints().get(attempt % settings.endpoints().size());
      boolean served = false;
      try (EtcdConnection connection = new EtcdConnection(endpoint, settings)) {
        try {
          renew(connection);
          served = true;
          serve(connection);
        } catch (InterruptedException e) {
          leave(connection);
          return;
        }
      } catch (EtcdFault e) {
        if (!closed) {
          observer.failed(e.failure());
        }
      }
      pause = served ? FIRST_PAUSE : pause;
      try {
        Thread.sleep(jitter(pause));
      } catch (InterruptedException e) {
        break;
      }
      boolean round = (attempt + 1) % settings.endpoints().size() == 0;
      pause = round ? longer(pause) : pause;
    }
    leaveByItself();
  }

  private void serve(EtcdConnection connection) throws EtcdFault, InterruptedException {
    BlockingQueue<List<WatchEvent>> events = new LinkedBlockingQueue<>(MAX_WAITING);
    int checks = 0;
    while (true) {
      long revision = list(connection);
      if (!entries.has(self.nodeId())) {
        renew(connection);
      }
      try (Watch.Watcher watcher = watch(connection, revision + 1, events)) {
        boolean current = true;
        while (current) {
          report();
          if (checks++ % OTHERS_EVERY == 0) {
            tellOthers(connection);
          }
          current = follow(events) && check(connection) && !watcher.isClosed();
        }
      }
      events.clear();
      Thread.sleep(jitter(FIRST_PAUSE));
    }
  }

  private Watch.Watcher watch(
      EtcdConnection connection, long revision, BlockingQueue<List<WatchEvent>> events) {
    return connection.watch(
        revision,
        new EtcdConnection.WatchListener() {
          @Override
          public void changed(List<WatchEvent> changes) {
            if (!changes.isEmpty() && !events.offer(changes)) {
              ended();
            }
          }

          @Override
          public void ended() {
            if (!events.offer(ENDED)) {
              events.clear();
              events.offer(ENDED);
            }
          }
        });
  }

  /** Takes what changes until the next check is due; whether the watch goes on. */
  private boolean follow(BlockingQueue<List<WatchEvent>> events)
      throws EtcdFault, InterruptedException {
    long end = System.nanoTime() + interval().toNanos();
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      List<WatchEvent> changes = events.poll(left, TimeUnit.NANOSECONDS);
      boolean changed = changes != null;
      while (changes != null) {
        if (changes == ENDED) {
          return false;
        }
        changes.forEach(this::apply);
        changes = events.poll();
      }
      if (changed) {
        report();
        if (lease != 0 && !entries.has(self.nodeId())) {
          return true;
        }
      }
    }
    return true;
  }

  private void apply(WatchEvent event) {
    String nodeId = nodeId(event.getKeyValue());
    switch (event.getEventType()) {
      case PUT -> entries.put(nodeId, event.getKeyValue().getValue().getBytes());
      case DELETE -> entries.remove(nodeId);
      default -> {
        // a kind of change that this version does not know says nothing of a node
      }
    }
  }

  /** Renews the registration and compares the list; whether the list is still right. */
  private boolean check(EtcdConnection connection) throws EtcdFault, InterruptedException {
    renew(connection);
    return entries.agrees(connection.count());
  }

  /** Renews the registration, or registers where it was lost. */
  private void renew(EtcdConnection connection) throws EtcdFault, InterruptedException {
    try {
      if (lease != 0) {
        try {
          connection.keepAlive(lease);
          if (!entries.has(self.nodeId())) {
            connection.putIfAbsent(key(), EtcdEntry.value(self), lease);
            registered();
          }
          return;
        } catch (EtcdFault e) {
          if (e.kind() != Kind.LEASE_LOST) {
            throw e;
          }
          lease = 0;
        }
      }
      long granted = connection.grant();
      lease = granted;
      connection.put(key(), EtcdEntry.value(self), granted);
      registered();
    } catch (EtcdFault e) {
      if (e.kind() != Kind.FORBIDDEN) {
        throw e;
      }
      unregistered = Optional.of(e.failure());
    }
  }

  private void registered() {
    unregistered = Optional.empty();
    observer.registered();
  }

  /** Reads all entries; the revision that they are of. */
  private long list(EtcdConnection connection) throws EtcdFault, InterruptedException {
    ByteSequence from = EtcdConnection.bytes(settings.prefix());
    int size = PAGE;
    long revision = 0;
    while (true) {
      EtcdConnection.Page page;
      try {
        page = connection.list(from, size, revision);
      } catch (EtcdFault e) {
        if (e.kind() != Kind.TOO_LONG || size == 1) {
          throw e;
        }
        size = Math.max(1, size / 8);
        continue;
      }
      if (revision == 0) {
        revision = page.revision();
        entries.clear();
      }
      for (KeyValue entry : page.entries()) {
        entries.put(nodeId(entry), entry.getValue().getBytes());
        from = entry.getKey().concat(ByteSequence.from(new byte[1]));
      }
      if (!page.more() || page.entries().isEmpty()) {
        return revision;
      }
      if (entries.isFull()) {
        entries.cutOff();
        return revision;
      }
    }
  }

  private void tellOthers(EtcdConnection connection) throws EtcdFault, InterruptedException {
    Set<String> names = new HashSet<>();
    try {
      connection.others(names::add);
      observer.others(names);
    } catch (EtcdFault e) {
      if (e.kind() != Kind.FORBIDDEN) {
        throw e;
      }
      // a user of this cluster alone sees no others
    }
  }

  private void report() {
    if (!closed) {
      entries.report(observer, unregistered, settings.prefix());
    }
  }

  /** Takes the registration back on a connection that is there. */
  private void leave(EtcdConnection connection) {
    if (lease == 0) {
      return;
    }
    try {
      connection.revoke(lease, CLOSE);
    } catch (EtcdFault e) {
      // it expires with its lease
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes the registration back when there is no connection. */
  private void leaveByItself() {
    if (lease != 0) {
      try (EtcdConnection connection = new EtcdConnection(settings.endpoints().get(0), settings)) {
        leave(connection);
      } catch (EtcdFault e) {
        // it expires with its lease
      }
    }
  }

  private String key() {
    return settings.prefix() + self.nodeId();
  }

  private String nodeId(KeyValue entry) {
    String key = entry.getKey().toString(StandardCharsets.UTF_8);
    return key.substring(Math.min(key.length(), settings.prefix().length()));
  }

  private Duration interval() {
    Duration third = settings.lease().dividedBy(3);
    return jitter(third.compareTo(settings.check()) < 0 ? third : settings.check());
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  /** Between three quarters of it and itself. */
  private static Duration jitter(Duration pause) {
    return Duration.ofNanos(
        (long) (pause.toNanos() * (0.75 + ThreadLocalRandom.current().nextDouble() / 4)));
  }
}
