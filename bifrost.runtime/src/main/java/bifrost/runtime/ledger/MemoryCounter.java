package bifrost.runtime.ledger;

import bifrost.api.ledger.Counter;
import bifrost.api.ledger.Slot;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One counter in one window.
 *
 * <p>The inherited word is what counts against a limit: the sum of all slots and of this node's
 * holds. A hold is one compare-and-set of it, so that a limit is exact however many threads hold at
 * once. It stops at {@link #CAP}: a counter that got there stays full until its window ends.
 */
final class MemoryCounter extends AtomicLong implements Counter {
  private static final long CAP = 1L << 62;

  /** Slots of one counter; a cluster of a thousand nodes that each restart four times fits. */
  private static final int MOST_SLOTS = 4_096;

  private static final SlotCell[] NONE = {};

  private final String id;
  private final long windowMillis;
  private volatile long endMillis;
  private final SlotCell own;

  /** A slot of others and the word that counts it change together for whoever holds this. */
  private final ReentrantLock merging = new ReentrantLock();

  private volatile SlotCell[] foreign = NONE;

  MemoryCounter(
      String id,
      long windowMillis,
      long endMillis,
      String node,
      long epoch,
      Consumer<SlotCell> changed) {
    this.id = id;
    this.windowMillis = windowMillis;
    this.endMillis = endMillis;
    this.own = new SlotCell(this, node, epoch, changed);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public long windowMillis() {
    return windowMillis;
  }

  @Override
  public long endMillis() {
    return endMillis;
  }

  @Override
  public long total() {
    long total = own.get();
    for (SlotCell cell : foreign) {
      total = Math.min(CAP, total + cell.get());
    }
    return total;
  }

  @Override
  public long totalOfOthers() {
    merging.lock();
    try {
      long total = 0;
      for (SlotCell cell : foreign) {
        if (!cell.isOf(own)) {
          total = Math.min(CAP, total + cell.get());
        }
      }
      return total;
    } finally {
      merging.unlock();
    }
  }

  @Override
  public long held() {
    return Math.max(0, get() - total());
  }

  @Override
  public long committed() {
    return get();
  }

  @Override
  public void add(long amount) {
    change(own.add(requireAmount(amount)));
  }

  @Override
  public boolean hold(long amount, long limit) {
    if (requireAmount(amount) < amount) {
      return false;
    }
    while (true) {
      long now = get();
      if (amount > limit - now) {
        return false;
      }
      if (compareAndSet(now, now + amount)) {
        return true;
      }
    }
  }

  @Override
  public void release(long amount) {
    change(-requireAmount(amount));
  }

  @Override
  public void settle(long held, long amount) {
    change(own.add(requireAmount(amount)) - requireAmount(held));
  }

  /** Keeps the counter at least until then: a limit's window may be made longer. */
  void until(long otherEndMillis) {
    if (otherEndMillis > endMillis) {
      merging.lock();
      try {
        endMillis = Math.max(endMillis, otherEndMillis);
      } finally {
        merging.unlock();
      }
    }
  }

  /** This node's slot. */
  SlotCell own() {
    return own;
  }

  /** The slots of others; not to be changed. */
  SlotCell[] foreign() {
    return foreign;
  }

  /**
   * Takes over another writer's slot.
   *
   * @return whether it was news
   */
  boolean merge(Slot slot, Consumer<SlotCell> changed) {
    SlotCell known = find(slot.node(), slot.epoch());
    if (known != null && known.get() >= slot.value()) {
      return false;
    }
    merging.lock();
    try {
      SlotCell cell = find(slot.node(), slot.epoch());
      if (cell == null) {
        if (foreign.length >= MOST_SLOTS) {
          return false;
        }
        SlotCell[] more = Arrays.copyOf(foreign, foreign.length + 1);
        cell = new SlotCell(this, slot.node(), slot.epoch(), changed);
        more[foreign.length] = cell;
        foreign = more;
      }
      long growth = cell.raise(slot.value());
      change(growth);
      return growth > 0;
    } finally {
      merging.unlock();
    }
  }

  private SlotCell find(String node, long epoch) {
    if (own.is(node, epoch)) {
      return own;
    }
    for (SlotCell cell : foreign) {
      if (cell.is(node, epoch)) {
        return cell;
      }
    }
    return null;
  }

  private void change(long amount) {
    if (amount != 0) {
      getAndUpdate(now -> Math.min(CAP, now + amount));
    }
  }

  private static long requireAmount(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("amount is " + amount + ", use 0 or more");
    }
    return Math.min(amount, Slot.MAX_VALUE);
  }
}
