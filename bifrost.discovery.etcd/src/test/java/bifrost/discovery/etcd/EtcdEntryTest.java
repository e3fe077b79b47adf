package bifrost.discovery.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdEntryTest {
  @Test
  void whatIsWrittenIsRead() {
    for (String host : new String[] {"10.0.0.1", "fd00::1", "pod-1.example.net"}) {
      byte[] value = EtcdEntry.value(new Announcement("n-1", "eu", host, 7));
      assertEquals(
          new Candidate(host, 7, Optional.of("n-1"), Optional.of("eu")),
          EtcdEntry.read("n-1", value, 10_101));
    }
  }

  @Test
  void anEntryWithoutPortHasTheDefaultOne() {
    assertEquals(
        new Candidate("10.0.0.1", 10_101, Optional.of("n"), Optional.empty()),
        read("n", "{\"address\": \"10.0.0.1\", \"region\": 7}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "null",
        "{}",
        "{\"address\": 1}",
        "{\"address\": \"\"}",
        "{\"address\": \"a b:1\"}",
        "{\"address\": \"h:0\"}",
        "{\"address\": \"h:1\""
      })
  void whatIsNoEntryIsRefused(String value) {
    String said = assertThrows(IllegalArgumentException.class, () -> read("n", value)).getMessage();
    assertFalse(said.contains("a b"), "a value is not repeated: " + said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "-a", "a b", "\u00e4"})
  void aKeyThatIsNoNodeIdIsRefused(String key) {
    assertThrows(IllegalArgumentException.class, () -> read(key, "{\"address\": \"10.0.0.1:1\"}"));
  }

  @Test
  void noValueBreaksTheReader() {
    byte[] good = EtcdEntry.value(new Announcement("n-1", "eu", "10.0.0.1", 7));
    for (long seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] value = good.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        value[random.nextInt(value.length)] = (byte) random.nextInt();
      }
      try {
        EtcdEntry.read("n-1", value, 1);
      } catch (IllegalArgumentException e) {
        // refused
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThrows(IllegalArgumentException.class, () -> read("n", "[".repeat(4_000)));
  }

  private static Candidate read(String nodeId, String value) {
    return EtcdEntry.read(nodeId, value.getBytes(StandardCharsets.UTF_8), 10_101);
  }
}
