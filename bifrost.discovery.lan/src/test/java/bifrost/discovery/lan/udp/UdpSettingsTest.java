package bifrost.discovery.lan.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.InvalidConfigException;
import bifrost.tck.component.Configured;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UdpSettingsTest {
  private final Configured<UdpConfig> config =
      Configured.of(UdpConfig.class)
          .set("service__name", "bifrost")
          .set("udp__broadcast__port", 10199)
          .set("allowed__address__space", new String[] {"10.0.0.0/8"});

  @Test
  void defaults() {
    UdpSettings settings = UdpSettings.from(config.get());
    assertEquals("bifrost", settings.serviceName());
    assertEquals(10199, settings.port());
    assertEquals("", settings.address());
    assertEquals(Duration.ofSeconds(5), settings.interval());
    assertFalse(settings.signature().isUsed());
  }

  @Test
  void everyPropertyIsTaken() {
    UdpSettings settings =
        UdpSettings.from(
            config
                .set("udp__broadcast__address", "10.0.0.255")
                .set("udp__interval", "1s")
                .set("secret__keys", new String[] {"MDEyMzQ1Njc4OWFiY2RlZg=="})
                .get());
    assertEquals("10.0.0.255", settings.address());
    assertEquals(Duration.ofSeconds(1), settings.interval());
    assertTrue(settings.signature().isUsed());
  }

  @Test
  void whatCannotBeUsedIsRefusedByName() {
    refused("service__name", "", "service_name");
    refused("udp__broadcast__port", 0, "udp_broadcast_port");
    refused("udp__broadcast__address", "here", "udp_broadcast_address");
    refused("udp__interval", "1ms", "udp_interval");
    refused("secret__keys", new String[] {"short"}, "secret_keys");
    refused("allowed__address__space", new String[] {}, "allowed_address_space");
  }

  private void refused(String method, Object value, String field) {
    Configured<UdpConfig> wrong =
        Configured.of(UdpConfig.class)
            .set("service__name", "bifrost")
            .set("udp__broadcast__port", 10199)
            .set("allowed__address__space", new String[] {"10.0.0.0/8"})
            .set(method, value);
    assertEquals(
        "cluster_config.discovery." + field,
        assertThrows(InvalidConfigException.class, () -> UdpSettings.from(wrong.get())).path());
  }
}
