package bifrost.sync.membership;

import bifrost.sync.membership.transport.Transport;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What came of the attempts to reach each peer that is configured or discovered; any thread. */
final class JoinAttempts {
  private static final Logger LOG = LoggerFactory.getLogger(JoinAttempts.class);
  private static final int MAX = 4_096;

  /** How many are named in the log at a time; all of them are in the diagnosis. */
  private static final int MAX_NAMED = 64;

  /** A peer that fails again within this time of its joining has never been well. */
  private static final Duration LASTING = Duration.ofMinutes(1);

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<InetSocketAddress, MeshInspection.Unreached> failing = new HashMap<>();
  private final Map<InetSocketAddress, Rejoined> rejoined = new HashMap<>();
  private Set<InetSocketAddress> seeds = Set.of();

  /** A peer that had failed since a moment and has joined. */
  private record Rejoined(Instant failedSince, Instant at) {}

  JoinAttempts(Clock clock) {
    this.clock = clock;
  }

  /** The peers of now. */
  void seeds(Collection<InetSocketAddress> now) {
    lock.lock();
    try {
      Set<InetSocketAddress> before = seeds;
      seeds = new HashSet<>(now);
      Instant since = clock.instant();
      // a peer that comes back into the list is given the time that a new one has
      failing.replaceAll(
          (address, peer) ->
              seeds.contains(address) && !before.contains(address)
                  ? new MeshInspection.Unreached(address, peer.cause(), peer.silent(), since)
                  : peer);
    } finally {
      lock.unlock();
    }
  }

  /** An attempt is over; an empty cause says that it went well. */
  void ended(InetSocketAddress peer, String cause) {
    boolean silent = cause.contains(Transport.CLOSED_SILENTLY);
    MeshInspection.Unreached before;
    int count;
    lock.lock();
    try {
      before = failing.get(peer);
      if (cause.isEmpty()) {
        failing.remove(peer);
      } else if (before != null || failing.size() < MAX) {
        Instant since = before == null ? firstFailure(peer) : before.since();
        failing.put(peer, new MeshInspection.Unreached(peer, cause, silent, since));
      }
      count = failing.size();
    } finally {
      lock.unlock();
    }
    if (cause.isEmpty() && before != null) {
      LOG.info("{}: this peer can be reached again", peer);
    } else if (!cause.isEmpty() && before == null && count < MAX_NAMED) {
      LOG.warn("{}; this peer is tried again", cause);
    } else if (!cause.isEmpty() && before == null && count == MAX_NAMED) {
      LOG.warn("{} peers cannot be reached; further ones are tried and not named", count);
    }
  }

  private Instant firstFailure(InetSocketAddress peer) {
    Rejoined before = rejoined.remove(peer);
    return before == null || isOver(before) ? clock.instant() : before.failedSince();
  }

  private boolean isOver(Rejoined peer) {
    return Duration.between(peer.at(), clock.instant()).compareTo(LASTING) > 0;
  }

  /**
   * Somebody is a member at an address, whoever reached whom. A later failure is a new one, unless
   * the joining does not last: a member whose address is wrong joins again and again.
   */
  void joined(InetSocketAddress peer) {
    MeshInspection.Unreached failed;
    lock.lock();
    try {
      failed = failing.remove(peer);
      rejoined.values().removeIf(this::isOver);
      if (failed != null && rejoined.size() < MAX) {
        rejoined.put(peer, new Rejoined(failed.since(), clock.instant()));
      }
    } finally {
      lock.unlock();
    }
    if (failed != null) {
      LOG.info("{}: this peer has joined", peer);
    }
  }

  /** The peers of now that could not be reached at the last attempt. */
  List<MeshInspection.Unreached> unreached() {
    lock.lock();
    try {
      return failing.values().stream().filter(peer -> seeds.contains(peer.address())).toList();
    } finally {
      lock.unlock();
    }
  }
}
