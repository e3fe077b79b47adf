package bifrost.sync.replication.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.InvalidConfigException;
import bifrost.sync.replication.broker.BrokerSettings.Address;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BrokerSettingsTest {
  private static final Map<String, Object> LEAST =
      Map.of("node__id", "a", "address", "b1:1", "auth__token", "0123456789abcdef");

  @Test
  void everyPropertyIsMapped() {
    BrokerSettings settings =
        settings(
            Map.of(
                "node__id", "a",
                "epoch", 7L,
                "region", "eu",
                "address", "b1.example:443, [fd00::1]:50051",
                "tls", false,
                "ca", "/ca.pem",
                "auth__token", "0123456789abcdef"));
    assertEquals("a", settings.nodeId());
    assertEquals(7, settings.epoch());
    assertEquals("eu", settings.region());
    assertEquals(
        List.of(new Address("b1.example", 443), new Address("fd00::1", 50051)), settings.brokers());
    assertEquals("[fd00::1]:50051", settings.brokers().getLast().toString());
    assertEquals(false, settings.tls());
    assertEquals(Optional.of(Path.of("/ca.pem")), settings.ca());
    assertEquals("0123456789abcdef", settings.token());
  }

  @Test
  void tlsIsSpokenUnlessItIsSwitchedOff() {
    assertTrue(settings(LEAST).tls());
    assertEquals(Optional.empty(), settings(LEAST).ca());
  }

  @Test
  void faultsNameTheFieldAndNeverTheToken() {
    assertEquals("cluster_config.broker.address", refused("address", "b1").path());
    assertEquals("cluster_config.broker.address", refused("address", "").path());
    assertEquals("cluster_config.broker.address", refused("address", "b:70000").path());
    assertEquals("cluster_config.node_id", refused("node__id", "a b").path());
    InvalidConfigException token = refused("auth__token", "short-secret");
    assertEquals("cluster_config.broker.auth_token", token.path());
    assertTrue(!token.getMessage().contains("short-secret"), token.getMessage());
  }

  @Test
  void aBrokerWithoutTlsListensOnLoopbackOnlyUnlessItIsSaidSo() {
    Map<String, String> environment = Map.of("BIFROST_BROKER_TOKEN", "0123456789abcdef");
    InvalidConfigException refused =
        assertThrows(
            InvalidConfigException.class,
            () -> BrokerProcess.serve("0.0.0.0", "0", environment::get));
    assertTrue(refused.getMessage().contains("BIFROST_BROKER_INSECURE"), refused.getMessage());
    assertEquals(
        "BIFROST_BROKER_TOKEN",
        assertThrows(
                InvalidConfigException.class,
                () -> BrokerProcess.serve("", "0", Map.<String, String>of()::get))
            .path());
    try (BrokerServer broker = BrokerProcess.serve("", "0", environment::get)) {
      assertTrue(broker.port() > 0);
    }
  }

  private static InvalidConfigException refused(String name, String value) {
    Map<String, Object> properties = new HashMap<>(LEAST);
    properties.put(name, value);
    return assertThrows(InvalidConfigException.class, () -> settings(properties));
  }

  private static BrokerSettings settings(Map<String, Object> properties) {
    return BrokerSettings.from(
        (BrokerConfig)
            Proxy.newProxyInstance(
                BrokerConfig.class.getClassLoader(),
                new Class<?>[] {BrokerConfig.class, Annotation.class},
                (proxy, method, arguments) ->
                    properties.getOrDefault(method.getName(), method.getDefaultValue())));
  }
}
