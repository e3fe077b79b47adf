package bifrost.discovery.lan.mdns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bifrost.api.model.InvalidConfigException;
import bifrost.tck.component.Configured;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MdnsSettingsTest {
  private final Configured<MdnsConfig> config = Configured.of(MdnsConfig.class);

  @Test
  void defaults() {
    assertEquals(
        new MdnsSettings("_bifrost._tcp.local.", "", Duration.ofSeconds(1)),
        MdnsSettings.from(config.get()));
  }

  @Test
  void everyPropertyIsTaken() {
    config.set("service__name", "my.cluster");
    assertEquals("_my-cluster._tcp.local.", MdnsSettings.from(config.get()).type());
    config.set("mdns__service", "_other._udp").set("mdns__address", "10.0.0.1");
    assertEquals("_other._udp.local.", MdnsSettings.from(config.get()).type());
    assertEquals("10.0.0.1", MdnsSettings.from(config.get()).address());
  }

  @Test
  void whatCannotBeUsedIsRefusedByName() {
    refused("service__name", "a/b", "service_name");
    refused("mdns__service", "bifrost", "mdns_service");
    refused("mdns__address", "a b", "mdns_address");
  }

  private static void refused(String method, String value, String field) {
    MdnsConfig wrong = Configured.of(MdnsConfig.class).set(method, value).get();
    assertEquals(
        "cluster_config.discovery." + field,
        assertThrows(InvalidConfigException.class, () -> MdnsSettings.from(wrong)).path());
  }
}
