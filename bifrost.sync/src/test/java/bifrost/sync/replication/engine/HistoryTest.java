package bifrost.sync.replication.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.sync.replication.message.Mark;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final long SECOND = 1_000_000_000L;

  private final History history = new History();

  /** A second in which this node's logs grow by ten. */
  private void second(long second, Mark origin) {
    Mark own = new Mark("n1", 1, second * 10, second * 10);
    history.add(second * SECOND, own, Map.of("n1", own, "n2", origin));
  }

  @Test
  void whatFollowsAMarkBeginsBeforeTheMarkWasLastConfirmed() {
    Mark mark = new Mark("n2", 1, 7, 7);
    for (int second = 0; second <= 20; second++) {
      history.confirmed(mark, second == 0 ? null : mark, true);
      second(second, mark);
    }
    assertTrue(position(mark) >= 140, "some seconds ago, while it is confirmed all the time");
    for (int second = 21; second <= 50; second++) {
      second(second, mark);
    }
    long since = position(mark);
    assertTrue(
        since >= 100 && since < 200,
        "the link may have broken after values that no mark covers: " + since);
  }

  @Test
  void whoLacksAMarkIsSentWhatCameSinceItHadNone() {
    Mark before = new Mark("n2", 1, 7, 7);
    Mark after = new Mark("n2", 1, 9, 9);
    for (int second = 0; second <= 40; second++) {
      Mark mark = second < 20 ? before : after;
      history.confirmed(mark, second == 0 ? null : before, true);
      second(second, mark);
    }
    assertTrue(position(before) < 200);
    assertTrue(position(after) >= 340);
    assertEquals(-1, position(new Mark("n2", 1, 1, 1)));
  }

  @Test
  void slotsThatNoMarkCoversAreSentFromTheBeginning() {
    Mark none = new Mark("n2", 1, 7, 0);
    for (int second = 0; second <= 40; second++) {
      history.confirmed(none, second == 0 ? null : none, true);
      second(second, none);
    }
    assertEquals(0, counters(none), "the store may have given later ones at the start");
    assertTrue(changes(none) >= 340, "changes of the store are in no log");
  }

  @Test
  void aPeersMarkHoldsForSlotsOnceItGrows() {
    Mark first = new Mark("n2", 1, 7, 7);
    for (int second = 0; second <= 20; second++) {
      history.confirmed(first, second == 0 ? null : first, false);
      second(second, first);
    }
    assertEquals(0, counters(first), "the peer may lag behind what this node has");
    Mark next = new Mark("n2", 1, 7, 8);
    history.confirmed(next, first, false);
    second(21, next);
    assertTrue(counters(next) >= 140);
    assertEquals(0, counters(first));
  }

  @Test
  void whatTheOriginSaysItselfHoldsAtOnce() {
    Mark first = new Mark("n2", 1, 7, 7);
    for (int second = 0; second <= 20; second++) {
      second(second, new Mark("n2", 1, 0, 0));
    }
    history.confirmed(first, null, true);
    second(21, first);
    assertTrue(counters(first) >= 140);
  }

  @Test
  void whatThisNodeWroteItselfFollowsItsOwnMark() {
    for (int second = 0; second <= 20; second++) {
      second(second, new Mark("n2", 1, 7, 7));
    }
    Mark own = new Mark("n1", 1, 200, 200);
    assertTrue(history.counters(Set.of("n1"), Map.of("n1", own)) >= 140);
  }

  private long changes(Mark covered) {
    return history.changes(Set.of("n2"), Map.of("n2", covered));
  }

  private long counters(Mark covered) {
    return history.counters(Set.of("n2"), Map.of("n2", covered));
  }

  private long position(Mark covered) {
    long changes = changes(covered);
    assertEquals(changes, counters(covered));
    return changes;
  }
}
