package bifrost.discovery.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Candidate;
import bifrost.api.model.InvalidConfigException;
import bifrost.tck.component.Configured;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DnsSettingsTest {
  private final Configured<DnsConfig> config =
      Configured.of(DnsConfig.class).set("dns__names", new String[] {"nodes.example.net"});

  @Test
  void defaults() {
    DnsSettings settings = DnsSettings.from(config.get());
    assertEquals(List.of(DnsName.parse("nodes.example.net", 10101)), settings.names());
    assertEquals(10101, settings.names().get(0).port());
    assertEquals(List.of(), settings.servers());
    assertEquals(Duration.ofSeconds(10), settings.timeout());
    assertEquals(Duration.ofSeconds(2), settings.minInterval());
    assertEquals(Duration.ofSeconds(30), settings.maxInterval());
  }

  @Test
  void everyPropertyIsTaken() {
    DnsSettings settings =
        DnsSettings.from(
            config
                .set("dns__names", new String[] {"a.example.net:7", "b.example.net", "_g._tcp.c."})
                .set("dns__servers", new String[] {"10.0.0.2", "[::1]:5353"})
                .set("bind__port", 8)
                .set("dial__timeout", "3s")
                .set("dns__min__interval", "500ms")
                .set("dns__max__interval", "1m")
                .get());
    assertEquals(List.of(7, 8, 8), settings.names().stream().map(DnsName::port).toList());
    assertEquals(
        List.of(false, false, true), settings.names().stream().map(DnsName::isService).toList());
    assertEquals(
        List.of(Candidate.of("10.0.0.2", 53), Candidate.of("::1", 5353)), settings.servers());
    assertEquals(Duration.ofSeconds(3), settings.timeout());
    assertEquals(Duration.ofMillis(500), settings.minInterval());
    assertEquals(Duration.ofMinutes(1), settings.maxInterval());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.1            | put it into cluster_config.peers",
        "::1                 | put it into cluster_config.peers",
        "_g._tcp.example:7   | leave it out",
        "a b                 | host or host:port",
        "a..b                | is no name",
      })
  void aNameThatCannotWorkIsRefusedWithTheFix(String name, String fix) {
    InvalidConfigException refused =
        assertThrows(
            InvalidConfigException.class,
            () -> DnsSettings.from(config.set("dns__names", new String[] {name}).get()));
    assertEquals("cluster_config.discovery.dns_names", refused.path());
    assertTrue(refused.getMessage().contains(fix), refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "bind__port, 0, bind_port",
    "dial__timeout, 1, dial_timeout",
    "dns__min__interval, 0s, dns_min_interval",
    "dns__max__interval, 1s, dns_max_interval",
  })
  void whatIsOutOfRangeIsRefusedByName(String method, String value, String field) {
    Object set = method.equals("bind__port") ? (Object) Integer.valueOf(value) : value;
    InvalidConfigException refused =
        assertThrows(
            InvalidConfigException.class, () -> DnsSettings.from(config.set(method, set).get()));
    assertEquals("cluster_config.discovery." + field, refused.path());
  }

  @Test
  void noNameIsRefused() {
    assertThrows(
        InvalidConfigException.class, () -> DnsSettings.from(Configured.of(DnsConfig.class).get()));
  }
}
