package bifrost.discovery.consul;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bifrost.api.cluster.Candidate;
import bifrost.api.model.InvalidConfigException;
import bifrost.tck.component.Configured;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsulSettingsTest {
  private final Configured<ConsulConfig> config =
      Configured.of(ConsulConfig.class).set("service__name", "bifrost-cluster");

  @Test
  void defaults() {
    ConsulSettings settings = ConsulSettings.from(config.get());
    assertEquals("bifrost-cluster", settings.serviceName());
    assertEquals(List.of(Candidate.of("localhost", 8500)), settings.agents());
    assertEquals(true, settings.token().isEmpty());
    assertEquals(List.of(), settings.datacenters());
    assertEquals(List.of(), settings.tags());
    assertFalse(settings.tls().enabled());
    assertEquals(Duration.ofSeconds(10), settings.checkInterval());
    assertEquals(Duration.ofMinutes(1), settings.deregisterAfter());
    assertEquals(Duration.ofSeconds(10), settings.timeout());
    assertEquals(Duration.ofSeconds(30), settings.maxWait());
  }

  @Test
  void everyPropertyIsTaken() {
    ConsulSettings settings =
        ConsulSettings.from(
            config
                .set("consul__address", new String[] {"10.0.0.1", "consul-2:8501"})
                .set("consul__token", " tok ")
                .set("consul__datacenters", new String[] {"eu", "us"})
                .set("consul__tags", new String[] {"blue", "bifrost"})
                .set("consul__tls", true)
                .set("consul__check__interval", "2s")
                .set("consul__deregister__after", "5m")
                .set("dial__timeout", "3s")
                .get());
    assertEquals(
        List.of(Candidate.of("10.0.0.1", 8500), Candidate.of("consul-2", 8501)), settings.agents());
    assertEquals("tok", settings.token().reveal());
    assertEquals(List.of("eu", "us"), settings.datacenters());
    assertEquals(List.of("blue"), settings.tags());
    assertEquals(true, settings.tls().enabled());
    assertEquals(Duration.ofSeconds(2), settings.checkInterval());
    assertEquals(Duration.ofMinutes(5), settings.deregisterAfter());
    assertEquals(Duration.ofSeconds(3), settings.timeout());
  }

  @ParameterizedTest
  @CsvSource({
    "service__name, a/b, service_name",
    "consul__token, 'a b', consul_token",
    "consul__ca, /x.pem, consul_tls",
    "consul__check__interval, 1ms, consul_check_interval",
    "consul__deregister__after, 10s, consul_deregister_after",
    "dial__timeout, x, dial_timeout",
  })
  void whatCannotBeUsedIsRefusedByName(String method, String value, String field) {
    assertEquals(
        "cluster_config.discovery." + field,
        assertThrows(
                InvalidConfigException.class,
                () -> ConsulSettings.from(config.set(method, value).get()))
            .path());
  }

  @ParameterizedTest
  @CsvSource({"consul__address", "consul__datacenters", "consul__tags"})
  void aListWithSomethingElseIsRefusedByName(String method) {
    assertEquals(
        "cluster_config.discovery." + method.replace("__", "_"),
        assertThrows(
                InvalidConfigException.class,
                () -> ConsulSettings.from(config.set(method, new String[] {"a b"}).get()))
            .path());
  }

  @Test
  void filesThatAreMissingAreRefusedByName() {
    config.set("consul__tls", true).set("consul__ca", "/does/not/exist.pem");
    assertEquals(
        "cluster_config.discovery.consul_ca",
        assertThrows(InvalidConfigException.class, () -> ConsulSettings.from(config.get())).path());
  }
}
