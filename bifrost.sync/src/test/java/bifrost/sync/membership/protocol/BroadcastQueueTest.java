package bifrost.sync.membership.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BroadcastQueueTest {
  private final BroadcastQueue queue = new BroadcastQueue();

  @ParameterizedTest
  @CsvSource({"4, 1, 4", "4, 9, 4", "4, 10, 8", "4, 99, 8", "4, 100, 12", "3, 0, 0"})
  void eachPieceIsSentAsOftenAsTheClusterIsLarge(int mult, int members, int limit) {
    assertEquals(limit, BroadcastQueue.transmitLimit(mult, members));
  }

  @Test
  void newsOfAMemberReplacesOlderNews() {
    queue.add("a", new byte[] {1});
    queue.add("a", new byte[] {2});
    List<byte[]> taken = queue.take(2, 100, 1);
    assertEquals(1, taken.size());
    assertArrayEquals(new byte[] {2}, taken.getFirst());
    assertEquals(0, queue.size());
  }

  @Test
  void theLeastSentGoesFirst() {
    queue.add("a", new byte[10]);
    assertEquals(10, queue.take(2, 12, 9).getFirst().length);
    queue.add("b", new byte[5]);
    assertEquals(5, queue.take(2, 12, 9).getFirst().length);
  }

  @Test
  void aPacketIsFilledAndNeverOverfilled() {
    for (int i = 0; i < 100; i++) {
      queue.add("n" + i, new byte[1 + i]);
    }
    for (int round = 0; round < 50; round++) {
      List<byte[]> taken = queue.take(2, 300, 3);
      int used = taken.stream().mapToInt(message -> message.length + 2).sum();
      assertTrue(used <= 300);
      assertTrue(used > 200 || queue.size() < 100);
    }
  }

  @Test
  void aFloodIsBounded() {
    for (int i = 0; i < 20_000; i++) {
      queue.add("n" + i, new byte[1]);
    }
    assertEquals(8_192, queue.size());
  }
}
