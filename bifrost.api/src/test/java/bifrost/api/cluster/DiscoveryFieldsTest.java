package bifrost.api.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.InvalidConfigException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryFieldsTest {
  private static final Duration LEAST = Duration.ofMillis(100);
  private static final Duration MOST = Duration.ofHours(2);

  @ParameterizedTest
  @CsvSource({"10s, 10000", "250ms, 250", "1m30s, 90000", "1h, 3600000", "' 5s ', 5000"})
  void aTimeIsReadInEveryUnit(String text, long millis) {
    assertEquals(
        Duration.ofMillis(millis), DiscoveryFields.duration("dial_timeout", text, LEAST, MOST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "s", "-1s", "1.5s", "10 s", "99ms", "2h1ms", "1d"})
  void whatIsNoTimeOrOutOfRangeIsRefusedByName(String text) {
    InvalidConfigException refused =
        assertThrows(
            InvalidConfigException.class,
            () -> DiscoveryFields.duration("dial_timeout", text, LEAST, MOST));
    assertEquals("cluster_config.discovery.dial_timeout", refused.path());
  }

  @ParameterizedTest
  @CsvSource({
    "host:1, host, 1",
    "10.0.0.1:65535, 10.0.0.1, 65535",
    "_gossip._tcp.example.net, _gossip._tcp.example.net, 9",
    "[fe80::1]:7, fe80::1, 7",
    "fe80::1%eth0, fe80::1%eth0, 9",
    "[fe80::1], fe80::1, 9",
    "host, host, 9",
  })
  void anAddressIsReadInEveryForm(String text, String host, int port) {
    assertEquals(Candidate.of(host, port), DiscoveryFields.address("peers", text, 9));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"host:", "host:x", "host:0", "host:65536", ":1", "", "[::1]:", "a b", "[a]"})
  void whatIsNoAddressIsRefusedByName(String text) {
    InvalidConfigException refused =
        assertThrows(
            InvalidConfigException.class, () -> DiscoveryFields.address("dns_names", text, 9));
    assertTrue(refused.getMessage().contains("cluster_config.discovery.dns_names"));
  }

  @Test
  void aServiceNameFitsIntoEveryBackend() {
    assertEquals("bifrost-eu.1", DiscoveryFields.serviceName("service_name", "bifrost-eu.1"));
    for (String bad : new String[] {"", "-a", "a/b", "a b", "x".repeat(64)}) {
      assertThrows(
          InvalidConfigException.class, () -> DiscoveryFields.serviceName("service_name", bad));
    }
  }

  @Test
  void aPortIsInRange() {
    assertEquals(1, DiscoveryFields.port("bind_port", 1));
    assertThrows(InvalidConfigException.class, () -> DiscoveryFields.port("bind_port", 0));
    assertThrows(InvalidConfigException.class, () -> DiscoveryFields.port("bind_port", 65_536));
  }
}
