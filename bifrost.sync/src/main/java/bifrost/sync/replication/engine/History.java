package bifrost.sync.replication.engine;

import bifrost.sync.replication.message.Mark;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.ToLongBiFunction;
import java.util.function.ToLongFunction;

/**
 * What this node had of each origin when its own logs stood where. With it a peer that says what it
 * has can be given all that it lacks from a position in this node's logs, be it after an hour or
 * after another peer was its source. The owner's.
 *
 * <p>One sample a second for a minute, then one a minute for six hours: a peer that was away longer
 * is sent more than it lacks.
 *
 * <p>Values arrive before the mark that covers them. So what follows a mark begins where this
 * node's logs stood when the mark was last confirmed, be that long before the sample: the link to
 * the origin may have broken between values and their mark. It begins some seconds earlier even,
 * since values and marks of one origin may come by different links.
 *
 * <p>Slots may be ahead of every mark by far: a node that starts loads what the store has. So those
 * of an origin are sent from the beginning until its mark is known to have come up with them: the
 * origin has said it itself, or a peer has said that it grows. Changes need no such care: what was
 * loaded is in no log, and is compared when a link opens.
 */
final class History {
  private static final long DENSE = 60_000_000_000L;
  private static final long MARGIN = 5_000_000_000L;
  private static final long MOST = 6 * 3_600_000_000_000L;

  private final Deque<Sample> samples = new ArrayDeque<>();
  private final Deque<Positions> recent = new ArrayDeque<>();

  private record Positions(long nanos, long changes, long counters) {}

  /** Where what follows the mark of each origin begins, in each of this node's logs. */
  private final Map<String, Long> changesSince = new HashMap<>();

  private final Map<String, Long> countersSince = new HashMap<>();

  private record Sample(
      long nanos,
      Map<String, Mark> marks,
      Map<String, Long> changesSince,
      Map<String, Long> countersSince,
      long changes,
      long counters) {}

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
    changesSince.keySet().retainAll(marks.keySet());
    countersSince.keySet().retainAll(marks.keySet());
    countersSince.put(own.node(), own.counters());
    Positions before = before();
    samples.addFirst(
        new Sample(
            nanos,
            marks,
            Map.copyOf(changesSince),
            Map.copyOf(countersSince),
            before.changes(),
            before.counters()));
    thin(nanos);
  }

  /**
   * A peer has said how far this node has got with an origin.
   *
   * @param mark what it said; 0 for a part of which it said nothing
   * @param known what was known before; {@code null} for nothing
   * @param byOrigin whether the peer is the origin
   */
  void confirmed(Mark mark, Mark known, boolean byOrigin) {
    Positions before = before();
    boolean anew = known == null || mark.epoch() > known.epoch();
    boolean old = known != null && mark.epoch() < known.epoch();
    if (mark.changes() > 0 && !old && (anew || mark.changes() >= known.changes())) {
      changesSince.put(mark.node(), before.changes());
    }
    boolean grows = !anew && known.counters() > 0 && mark.counters() > known.counters();
    boolean upToDate = byOrigin && (anew || mark.counters() >= known.counters());
    if (mark.counters() > 0 && !old && (grows || upToDate)) {
      countersSince.put(mark.node(), before.counters());
    }
  }

  /** Where this node's logs stood some seconds ago; at the beginning when it has just started. */
  private Positions before() {
    if (recent.isEmpty() || recent.getFirst().nanos() > recent.getLast().nanos() - MARGIN) {
      return new Positions(0, 0, 0);
    }
    return recent.getFirst();
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
    return base(
        origins,
        covered,
        Mark::changes,
        Sample::changes,
        (sample, origin) -> sample.changesSince().getOrDefault(origin, sample.changes()));
  }

  /** The same for the ledger. */
  long counters(Collection<String> origins, Map<String, Mark> covered) {
    return base(
        origins,
        covered,
        Mark::counters,
        Sample::counters,
        (sample, origin) -> sample.countersSince().getOrDefault(origin, 0L));
  }

  private long base(
      Collection<String> origins,
      Map<String, Mark> covered,
      ToLongFunction<Mark> position,
      ToLongFunction<Sample> own,
      ToLongBiFunction<Sample, String> since) {
    for (Sample sample : samples) {
      if (origins.stream().allMatch(o -> has(covered.get(o), sample.marks().get(o), position))) {
        long begin = own.applyAsLong(sample);
        for (String origin : origins) {
          begin = Math.min(begin, since.applyAsLong(sample, origin));
        }
        return begin;
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
