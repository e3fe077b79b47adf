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
      history.confirmed(mark, second == 0 ? null : mark);
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
      history.confirmed(mark, second == 0 ? null : before);
      second(second, mark);
    }
    assertTrue(position(before) < 200);
    assertTrue(position(after) >= 340);
    assertEquals(-1, position(new Mark("n2", 1, 1, 1)));
  }

  private long position(Mark covered) {
    long changes = history.changes(Set.of("n2"), Map.of("n2", covered));
    assertEquals(changes, history.counters(Set.of("n2"), Map.of("n2", covered)));
    return changes;
  }
}
