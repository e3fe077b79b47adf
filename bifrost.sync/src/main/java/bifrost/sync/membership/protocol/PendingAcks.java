package bifrost.sync.membership.protocol;

import java.util.HashMap;
import java.util.Map;

/** Answers that are waited for, by the number of the ping. */
final class PendingAcks {
  private static final int MAX = 16_384;

  private final Map<Long, Waiter> waiting = new HashMap<>();
  private long sequence;

  interface Waiter {
    void ack();

    default void nack() {}
  }

  /** Registers a waiter and numbers its ping; 0 when too many are waiting. */
  long register(Waiter waiter) {
    if (waiting.size() >= MAX) {
      return 0;
    }
    sequence = sequence % 0xffff_ffffL + 1;
    waiting.put(sequence, waiter);
    return sequence;
  }

  void forget(long seq) {
    waiting.remove(seq);
  }

  void ack(long seq) {
    Waiter waiter = waiting.remove(seq);
    if (waiter != null) {
      waiter.ack();
    }
  }

  void nack(long seq) {
    Waiter waiter = waiting.get(seq);
    if (waiter != null) {
      waiter.nack();
    }
  }
}
