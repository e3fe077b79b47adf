package bifrost.sync.replication.engine;

import bifrost.sync.replication.link.Links;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a link to each member that should have one. Of two members the one with the smaller id
 * dials; the other waits a little and then dials too, for the case that only one direction is open.
 * The owner's.
 */
final class Dialer {
  private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);

  private final String self;
  private final EngineSettings.Times times;
  private final Links links;
  private final Random random;
  private final EngineStats stats;
  private final Map<String, Target> targets = new HashMap<>();

  private static final class Target {
    private String address;
    private boolean dialling;
    private int attempts;
    private long nextNanos;
    private String failure = "";
    private boolean reported;

    private Target(String address, long nextNanos) {
      this.address = address;
      this.nextNanos = nextNanos;
    }
  }

  Dialer(String self, EngineSettings.Times times, Links links, Random random, EngineStats stats) {
    this.self = self;
    this.times = times;
    this.links = links;
    this.random = random;
    this.stats = stats;
  }

  /** Takes over which members to link to, with their addresses. */
  void targets(Map<String, String> wanted, long nanos) {
    targets.keySet().retainAll(wanted.keySet());
    wanted.forEach(
        (node, address) -> {
          Target known = targets.get(node);
          if (known == null) {
            long grace = self.compareTo(node) < 0 ? 0 : times.grace().toNanos();
            targets.put(node, new Target(address, nanos + grace));
          } else if (!known.address.equals(address)) {
            known.address = address;
            known.attempts = 0;
            known.nextNanos = nanos;
          }
        });
  }

  /** Dials whoever is due. */
  void dial(Set<String> linked, long nanos) {
    for (var entry : targets.entrySet()) {
      Target target = entry.getValue();
      if (linked.contains(entry.getKey()) || target.dialling || nanos < target.nextNanos) {
        continue;
      }
      if (target.address.isEmpty()) {
        target.failure = "the member does not say where its replication is reached";
        continue;
      }
      target.dialling = true;
      links.dial(entry.getKey(), target.address);
    }
  }

  /** A dial led to a link. */
  void opened(String node) {
    Target target = targets.get(node);
    if (target != null) {
      target.dialling = false;
    }
  }

  /** A link to a member does its work. */
  void greeted(String node) {
    Target target = targets.get(node);
    if (target != null) {
      target.attempts = 0;
      target.failure = "";
      if (target.reported) {
        target.reported = false;
        LOG.info("{}: replication is linked again", node);
      }
    }
  }

  /** A dial failed, or a link broke: the next attempt waits longer. */
  void failed(String node, String reason, long nanos) {
    Target target = targets.get(node);
    if (target == null) {
      return;
    }
    stats.dialsFailed++;
    target.dialling = false;
    target.failure = reason;
    target.nextNanos = nanos + pause(target.attempts++, self.compareTo(node) < 0);
    if (target.attempts == 3 && !target.reported) {
      target.reported = true;
      LOG.warn("{}: replication cannot be linked: {}", node, reason);
    }
  }

  private long pause(int attempts, boolean first) {
    Duration most = times.mostRetry();
    long pause = times.leastRetry().toNanos() << Math.min(attempts, 10);
    long bounded = Math.min(pause, most.toNanos());
    long jittered = (long) (bounded * (0.5 + random.nextDouble()));
    return first ? jittered : jittered + times.grace().toNanos() / 2;
  }

  /** Members come back: they are dialled at once. */
  void retry(String node, long nanos) {
    Target target = targets.get(node);
    if (target != null) {
      target.attempts = 0;
      target.nextNanos = Math.min(target.nextNanos, nanos + times.leastRetry().toNanos());
    }
  }

  /** Whether a link to a member is wanted. */
  boolean wants(String node) {
    return targets.containsKey(node);
  }

  Set<String> wanted() {
    return new HashSet<>(targets.keySet());
  }

  /** Why there is no link to a member; empty when none was tried in vain. */
  String failure(String node) {
    Target target = targets.get(node);
    return target == null ? "" : target.failure;
  }
}
