package bifrost.sync.replication.engine;

import bifrost.api.ledger.Ledger;
import bifrost.api.ledger.Slot;
import bifrost.sync.replication.message.Mark;
import bifrost.sync.replication.message.MemberMark;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Proves that counts arrive: every node raises a slot of a counter of its own kind, which travels
 * as any other, and says of each other node's slot which value its ledger shows. The value is the
 * time since the window began, so whoever sees it confirmed knows how old it is by its own clock.
 * The owner's.
 */
final class Probe {
  /** The counter, one slot for each node. */
  static final String COUNTER = "bifrost.canary";

  private static final long WINDOW = 3_600_000;

  private final Local local;
  private final EngineSettings settings;
  private final Map<String, Long> seen = new HashMap<>();
  private final Map<String, Confirmed> confirmed = new HashMap<>();

  private record Confirmed(long canary, long lagMillis) {}

  Probe(Local local, EngineSettings settings) {
    this.local = local;
    this.settings = settings;
  }

  /** Raises this node's slot to the time of now. */
  void raise() {
    long now = local.clock().millis();
    long window = now - now % WINDOW;
    var counter = local.ledger().open(COUNTER, window, window + WINDOW);
    long own = value(local.ledger(), window, settings.node(), settings.epoch());
    long next = now - window + 1;
    if (next > own) {
      counter.add(next - own);
    }
  }

  private static long value(Ledger ledger, long window, String node, long epoch) {
    for (Slot slot : ledger.slots(COUNTER, window)) {
      if (slot.node().equals(node) && slot.epoch() == epoch) {
        return slot.value();
      }
    }
    return 0;
  }

  /** Notes what came in; what counts is what the ledger then shows. */
  void received(Slot slot) {
    if (slot.counter().equals(COUNTER) && slot.node().length() > 0) {
      long shown = value(local.ledger(), slot.windowMillis(), slot.node(), slot.epoch());
      if (shown > 0) {
        seen.merge(slot.node(), slot.windowMillis() + shown - 1, Math::max);
      }
    }
  }

  /** What this node says of an origin. */
  MemberMark mark(Mark mark) {
    long canary = Math.max(0, seen.getOrDefault(mark.node(), 0L));
    return new MemberMark(settings.node(), settings.epoch(), mark, canary);
  }

  /** A member has told how far it has got with this node. */
  void told(MemberMark mark) {
    if (!mark.mark().node().equals(settings.node()) || mark.canary() == 0) {
      return;
    }
    Confirmed known = confirmed.get(mark.member());
    if (known == null || mark.canary() > known.canary()) {
      long lag = Math.max(0, local.clock().millis() - mark.canary());
      confirmed.put(mark.member(), new Confirmed(mark.canary(), lag));
    }
  }

  /**
   * How long counts take to a member and their confirmation back, in milliseconds; -1 when it has
   * never confirmed any. Grows while nothing is confirmed.
   */
  long lagMillis(String member) {
    Confirmed last = confirmed.get(member);
    if (last == null) {
      return -1;
    }
    long age = local.clock().millis() - last.canary();
    long idle = 2 * settings.times().probe().toMillis();
    return Math.max(last.lagMillis(), age > idle ? age : 0);
  }

  void retain(Collection<String> nodes) {
    seen.keySet().retainAll(nodes);
    confirmed.keySet().retainAll(nodes);
  }
}
