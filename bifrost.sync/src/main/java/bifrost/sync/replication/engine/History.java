package bifrost.sync.replication.engine;

import bifrost.sync.replication.message.Mark;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What this node had of each origin when its own logs stood where. With it a peer that says what it
 * has can be given all that it lacks from a position in this node's logs, be it after an hour or
 * after another peer was its source. The owner's.
 *
 * <p>One sample a second for a minute, then one a minute for six hours: a peer that was away longer
 * is sent more than it lacks. Values arrive before the mark that covers them, from several peers in
 * no common order; so a sample takes its positions from some seconds before its marks. Should a
 * mark be later than that, the comparison in the background finds what was passed over.
 */
final class History {
  private static final long DENSE = 60_000_000_000L;
  private static final long MARGIN = 5_000_000_000L;
  private static final long MOST = 6 * 3_600_000_000_000L;

  private final Deque<Sample> samples = new ArrayDeque<>();
  private final Deque<Positions> recent = new ArrayDeque<>();

  private record Positions(long nanos, long changes, long counters) {}

  private record Sample(long nanos, long changes, long counters, Map<String, Mark> marks) {}

  /**
   * Adds a sample.
   *
   * @param own where this node's logs stand
   * @param marks what it has of each origin
   */
  void add(long nanos, Mark own, Map<String, Mark> marks) {
    recent.addLast(new Positions(nanos, own.changes(), own.counters()));
    while (recent.size() > 1 && secondOldest().nanos() <= nanos - MARGIN) {
      recent.removeFirst();
    }
    Positions before = recent.getFirst();
    boolean started = before.nanos() > nanos - MARGIN;
    samples.addFirst(
        new Sample(nanos, started ? 0 : before.changes(), started ? 0 : before.counters(), marks));
    thin(nanos);
  }

  private Positions secondOldest() {
    return recent.stream().skip(1).findFirst().orElseThrow();
  }

  private void thin(long now) {
    Iterator<Sample> old = samples.iterator();
    long kept = Long.MAX_VALUE;
    Sample first = samples.peekLast();
    while (old.hasNext()) {
      Sample sample = old.next();
      long age = now - sample.nanos();
      boolean dense = age <= DENSE;
      if (!dense && sample != first && (age > MOST || kept - sample.nanos() < DENSE)) {
        old.remove();
      } else if (!dense) {
        kept = sample.nanos();
      }
    }
  }

  /**
   * The last position of the log of changes from which on a peer must be told of some origins.
   *
   * @param origins whose writes it wants
   * @param covered what it has
   * @return -1 when there is none
   */
  long changes(Collection<String> origins, Map<String, Mark> covered) {
    return base(origins, covered, Mark::changes, Sample::changes);
  }

  /** The same for the ledger. */
  long counters(Collection<String> origins, Map<String, Mark> covered) {
    return base(origins, covered, Mark::counters, Sample::counters);
  }

  private long base(
      Collection<String> origins,
      Map<String, Mark> covered,
      ToLongFunction<Mark> position,
      ToLongFunction<Sample> own) {
    for (Sample sample : samples) {
      if (origins.stream().allMatch(o -> has(covered.get(o), sample.marks().get(o), position))) {
        return own.applyAsLong(sample);
      }
    }
    return -1;
  }

  private static boolean has(Mark peers, Mark mine, ToLongFunction<Mark> position) {
    if (mine == null) {
      return true;
    }
    if (peers == null || peers.epoch() != mine.epoch()) {
      return peers != null && peers.epoch() > mine.epoch();
    }
    return position.applyAsLong(peers) >= position.applyAsLong(mine);
  }
}
