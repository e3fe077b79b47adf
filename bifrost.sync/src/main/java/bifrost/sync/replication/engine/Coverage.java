package bifrost.sync.replication.engine;

import bifrost.sync.replication.message.Mark;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far this node has got with what each origin wrote, itself among them. The owner's.
 *
 * <p>A mark says "all of it up to here", so it may only come from a peer that has passed on all of
 * it, or from a comparison with one that had.
 */
final class Coverage {
  /** More origins than a cluster has; further ones are not noted, and so are sent again. */
  private static final int MOST = 2_048;

  private final String self;
  private final History history;
  private final Map<String, Mark> marks = new HashMap<>();

  Coverage(String self, long epoch, History history) {
    this.self = self;
    this.history = history;
    marks.put(self, new Mark(self, epoch, 0, 0));
  }

  /** The mark of an origin; {@code null} for none. */
  Mark of(String origin) {
    return marks.get(origin);
  }

  /** What this node has written itself. */
  Mark own() {
    return marks.get(self);
  }

  void own(long changes, long counters) {
    marks.put(self, own().join(new Mark(self, own().epoch(), changes, counters)));
  }

  /**
   * Takes over what holds for this node too.
   *
   * @param peer who has said it
   * @return whether a node has started anew
   */
  boolean join(Collection<Mark> others, String peer) {
    boolean anew = false;
    for (Mark mark : others) {
      Mark known = marks.get(mark.node());
      if (!mark.node().equals(self) && (known != null || marks.size() < MOST)) {
        anew |= known != null && known.epoch() < mark.epoch();
        history.confirmed(mark, known, mark.node().equals(peer));
        marks.merge(mark.node(), mark, Mark::join);
      }
    }
    return anew;
  }

  /** Forgets origins that the cluster has forgotten. */
  void retain(Collection<String> origins) {
    marks.keySet().removeIf(node -> !node.equals(self) && !origins.contains(node));
  }

  Collection<Mark> all() {
    return marks.values();
  }

  List<Mark> copy() {
    return new ArrayList<>(marks.values());
  }

  Map<String, Mark> asMap() {
    return Map.copyOf(marks);
  }
}
