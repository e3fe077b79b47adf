package bifrost.discovery.dns;

import static bifrost.discovery.dns.Messages.name;
import static bifrost.discovery.dns.Messages.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

class AnswerTest {
  @Test
  void recordsOfTheNameAndTypeAreTakenWithTheShortestTtl() {
    Answer answer =
        Answer.read(
            Messages.answer(
                record("a.test.", 9, "A", "10.0.0.1"),
                record("a.test.", 7, "A", "10.0.0.2"),
                record("a.test.", 1, "AAAA", "::1"),
                record("other.test.", 1, "A", "10.0.0.3")),
            name("a.test."),
            Type.A);
    assertEquals(2, answer.records().size());
    assertEquals(7, answer.ttl());
    assertTrue(answer.exists());
  }

  @Test
  void anAliasIsFollowedAndItsTtlCounts() {
    Answer answer =
        Answer.read(
            Messages.answer(
                record("a.test.", 3, "CNAME", "b.test."),
                record("b.test.", 9, "CNAME", "c.test."),
                record("c.test.", 9, "A", "10.0.0.1")),
            name("a.test."),
            Type.A);
    assertEquals(1, answer.records().size());
    assertEquals(name("c.test."), answer.end());
    assertEquals(3, answer.ttl());
  }

  @Test
  void aRingOfAliasesEnds() {
    Answer answer =
        Answer.read(
            Messages.answer(
                record("a.test.", 3, "CNAME", "b.test."), record("b.test.", 3, "CNAME", "a.test.")),
            name("a.test."),
            Type.A);
    assertEquals(List.of(), answer.records());
  }

  @Test
  void aNegativeAnswerHoldsForAsLongAsItsZoneSays() {
    Answer none = Answer.read(Messages.negative(Rcode.NXDOMAIN, 42), name("a.test."), Type.A);
    assertFalse(none.exists());
    assertEquals(42, none.ttl());
    Answer empty = Answer.read(Messages.negative(Rcode.NOERROR, 5_000), name("a.test."), Type.A);
    assertTrue(empty.exists());
    assertEquals(3600, empty.ttl(), "the SOA record's own TTL is shorter");
  }

  @Test
  void whateverBytesComeTheyAreReadOrRefused() {
    byte[] good =
        Messages.answer(
                record("a.test.", 3, "CNAME", "b.test."),
                record("b.test.", 3, "SRV", "1 2 3 c.test."),
                record("b.test.", 3, "A", "10.0.0.1"))
            .toWire();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = good.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        Message message = new Message(bytes);
        for (int type : new int[] {Type.A, Type.AAAA, Type.SRV}) {
          assertTrue(
              Answer.read(message, name("a.test."), type).records().stream()
                  .allMatch(record -> record.getType() == type));
        }
      } catch (IOException e) {
        // refused
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + round, e);
      }
    }
  }
}
