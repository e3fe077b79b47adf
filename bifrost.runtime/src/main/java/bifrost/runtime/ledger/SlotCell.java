package bifrost.runtime.ledger;

import bifrost.api.ledger.Slot;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The value of one slot, and its place in the order of changes. */
final class SlotCell extends AtomicLong {
  private final MemoryCounter counter;
  private final String node;
  private final long epoch;
  private final Consumer<SlotCell> changed;
  private final AtomicBoolean dirty = new AtomicBoolean();

  /** Where it stands in the order of changes; guarded by the lock of that order; 0 for nowhere. */
  private long revision;

  SlotCell(MemoryCounter counter, String node, long epoch, Consumer<SlotCell> changed) {
    this.counter = counter;
    this.node = node;
    this.epoch = epoch;
    this.changed = changed;
  }

  boolean is(String otherNode, long otherEpoch) {
    return epoch == otherEpoch && node.equals(otherNode);
  }

  /** Whether it belongs to one of some lives, by their nodes. */
  boolean isOf(Map<String, Set<Long>> lives) {
    Set<Long> epochs = lives.get(node);
    return epochs != null && epochs.contains(epoch);
  }

  /** Whether both belong to one node, in whichever of its lives. */
  boolean isOf(SlotCell other) {
    return node.equals(other.node);
  }

  /** Adds, up to the greatest value of a slot; returns by how much it grew. */
  long add(long amount) {
    while (true) {
      long before = get();
      long growth = Math.min(amount, Slot.MAX_VALUE - before);
      if (growth == 0) {
        return 0;
      }
      if (compareAndSet(before, before + growth)) {
        mark();
        return growth;
      }
    }
  }

  /** Raises the value to at least this one; returns by how much it grew. */
  long raise(long value) {
    while (true) {
      long before = get();
      if (value <= before) {
        return 0;
      }
      if (compareAndSet(before, value)) {
        mark();
        return value - before;
      }
    }
  }

  /** Takes the mark away; what is read after this is at least what was there when it was set. */
  void clean() {
    dirty.set(false);
  }

  long revision() {
    return revision;
  }

  void revision(long value) {
    revision = value;
  }

  MemoryCounter counter() {
    return counter;
  }

  Slot slot() {
    return new Slot(counter.id(), counter.windowMillis(), counter.endMillis(), node, epoch, get());
  }

  /** Sorts by writer. */
  int compareWriter(SlotCell other) {
    int byNode = node.compareTo(other.node);
    return byNode != 0 ? byNode : Long.compare(epoch, other.epoch);
  }

  /** A hash of the slot with its value, the same on every node. */
  long digest() {
    long hash = counter.id().hashCode();
    hash = mix(hash ^ counter.windowMillis());
    hash = mix(hash ^ node.hashCode());
    hash = mix(hash ^ epoch);
    return mix(hash ^ get());
  }

  private void mark() {
    if (!dirty.get() && dirty.compareAndSet(false, true)) {
      changed.accept(this);
    }
  }

  /** The finisher of SplitMix64. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
