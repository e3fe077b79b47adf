package bifrost.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Secret;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StorageSettingsTest {
  @Test
  void defaultsNeedOnlyTheWriteUrl() {
    StorageSettings settings = from(Map.of("write_url", "jdbc:h2:mem:x"));
    assertTrue(settings.oneEndpoint());
    assertEquals(4, settings.maxConnections());
    assertEquals(Duration.ofSeconds(5), settings.connectTimeout());
    assertEquals(Duration.ofSeconds(30), settings.socketTimeout());
    assertEquals("", settings.write().passwordCommand());
  }

  @Test
  void everyPropertyIsTaken() {
    StorageSettings settings =
        from(
            Map.of(
                "write_url", "jdbc:postgresql://w/db",
                "write_user", "wu",
                "write_password", "wp",
                "read_url", "jdbc:postgresql://r/db",
                "read_user", "ru",
                "read_password", "rp",
                "read_password__command", "token",
                "max__connections", 20,
                "connect__timeout__ms", 700L,
                "socket__timeout__ms", 8000L));
    assertEquals(
        new StorageSettings.Endpoint("jdbc:postgresql://w/db", "wu", Secret.of("wp"), ""),
        settings.write());
    assertEquals(
        new StorageSettings.Endpoint("jdbc:postgresql://r/db", "ru", Secret.of("rp"), "token"),
        settings.read());
    assertEquals(20, settings.maxConnections());
    assertEquals(Duration.ofMillis(700), settings.connectTimeout());
    assertEquals(Duration.ofSeconds(8), settings.socketTimeout());
    assertFalse(settings.oneEndpoint());
  }

  @Test
  void badValuesAreRefusedByName() {
    refused(Map.of("write_url", "postgres://x"), "bifrost.storage.write.url");
    refused(
        Map.of("write_url", "jdbc:h2:mem:x", "max__connections", 1),
        "bifrost.storage.max_connections");
    refused(
        Map.of("write_url", "jdbc:h2:mem:x", "connect__timeout__ms", 1L),
        "bifrost.storage.connect_timeout_ms");
  }

  @Test
  void whatIsShownHoldsNoCredential() {
    assertEquals(
        "postgresql://h:1/db", shown("jdbc:postgresql://u:secret@h:1/db?password=secret&x=1"));
    assertEquals("h2:file:/data/store", shown("jdbc:h2:file:/data/store;PASSWORD=secret"));
  }

  private static String shown(String url) {
    return new StorageSettings.Endpoint(url, "", Secret.EMPTY, "").shown();
  }

  private static void refused(Map<String, Object> values, String path) {
    assertEquals(path, assertThrows(InvalidConfigException.class, () -> from(values)).path());
  }

  private static StorageSettings from(Map<String, Object> values) {
    return StorageSettings.from(
        (StorageConfig)
            Proxy.newProxyInstance(
                StorageConfig.class.getClassLoader(),
                new Class<?>[] {StorageConfig.class},
                (proxy, method, args) ->
                    values.getOrDefault(method.getName(), method.getDefaultValue())));
  }
}
