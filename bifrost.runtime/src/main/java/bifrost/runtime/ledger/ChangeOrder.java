package bifrost.runtime.ledger;

import bifrost.api.ledger.Ledger;
import bifrost.api.ledger.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The order in which slots changed, each at its newest change only.
 *
 * <p>A change costs its thread one mark, and one entry in a queue until the next reader comes; a
 * reader sorts the queue in. So the memory is bounded by the number of slots.
 */
final class ChangeOrder {
  private final Queue<SlotCell> marked = new ConcurrentLinkedQueue<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<Long, SlotCell> order = new TreeMap<>();
  private long revision;

  /** Notes a change; each slot at most once until the next reader. */
  void changed(SlotCell cell) {
    marked.add(cell);
  }

  Ledger.Changes since(long position, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit is " + limit + ", use 1 or more");
    }
    lock.lock();
    try {
      sortIn();
      List<Slot> slots = new ArrayList<>();
      long last = Math.min(position, revision);
      for (var entry : order.tailMap(last, false).entrySet()) {
        if (slots.size() == limit) {
          return new Ledger.Changes(slots, last, true);
        }
        slots.add(entry.getValue().slot());
        last = entry.getKey();
      }
      return new Ledger.Changes(slots, revision, false);
    } finally {
      lock.unlock();
    }
  }

  /** Forgets the slots of a counter. */
  void forget(MemoryCounter counter) {
    lock.lock();
    try {
      sortIn();
      forget(counter.own());
      for (SlotCell cell : counter.foreign()) {
        forget(cell);
      }
    } finally {
      lock.unlock();
    }
  }

  private void forget(SlotCell cell) {
    if (cell.revision() != 0) {
      order.remove(cell.revision());
      cell.revision(0);
    }
  }

  private void sortIn() {
    for (SlotCell cell = marked.poll(); cell != null; cell = marked.poll()) {
      cell.clean();
      forget(cell);
      cell.revision(++revision);
      order.put(revision, cell);
    }
  }
}
