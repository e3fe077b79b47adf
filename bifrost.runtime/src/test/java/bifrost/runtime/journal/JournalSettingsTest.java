package bifrost.runtime.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.InvalidConfigException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalSettingsTest {
  @Test
  void defaultsAreThoseOfTheDocumentation() {
    JournalSettings settings = settings(Map.of());

    assertFalse(settings.waitForDisk());
    assertEquals(Duration.ofMillis(5), settings.commitInterval());
    assertEquals(64L << 20, settings.segmentBytes());
    assertEquals(2_048L << 20, settings.accountingMaxBytes());
    assertEquals(1_024L << 20, settings.payloadMaxBytes());
    assertEquals(256 << 10, settings.payloadBodyBytes());
    assertTrue(settings.refuseWhenFull());
    assertEquals(2_000, settings.drain().batchRows());
    assertEquals(4 << 20, settings.drain().batchBytes());
    assertEquals(Duration.ofMillis(250), settings.drain().interval());
    assertEquals(20_000, settings.drain().rowsPerSecond());
  }

  @Test
  void everyPropertyIsMapped() {
    JournalSettings settings =
        settings(
            Map.ofEntries(
                Map.entry("durability", "power"),
                Map.entry("commit_interval_ms", 10),
                Map.entry("segment_mib", 16),
                Map.entry("accounting_max_mib", 100),
                Map.entry("payload_max_mib", 200),
                Map.entry("payload_body_kib", 8),
                Map.entry("disk_full", "serve"),
                Map.entry("drain_batch_rows", 10),
                Map.entry("drain_batch_kib", 20),
                Map.entry("drain_interval_ms", 30),
                Map.entry("drain_rows_per_second", 400)));

    assertTrue(settings.waitForDisk());
    assertEquals(Duration.ofMillis(10), settings.commitInterval());
    assertEquals(16L << 20, settings.segmentBytes());
    assertEquals(100L << 20, settings.accountingMaxBytes());
    assertEquals(200L << 20, settings.payloadMaxBytes());
    assertEquals(8 << 10, settings.payloadBodyBytes());
    assertFalse(settings.refuseWhenFull());
    assertEquals(10, settings.drain().batchRows());
    assertEquals(20 << 10, settings.drain().batchBytes());
    assertEquals(Duration.ofMillis(30), settings.drain().interval());
    assertEquals(400, settings.drain().rowsPerSecond());
  }

  @Test
  void valueOutOfRangeIsRefusedByNameAndRange() {
    InvalidConfigException small =
        assertThrows(
            InvalidConfigException.class, () -> settings(Map.of("accounting_max_mib", 100)));
    InvalidConfigException word =
        assertThrows(InvalidConfigException.class, () -> settings(Map.of("durability", "maybe")));

    assertEquals(
        "bifrost.runtime.journal.accounting.max.mib: it is 100, use 256 to 1048576",
        small.getMessage());
    assertEquals(
        "bifrost.runtime.journal.durability: it is 'maybe', use power or process",
        word.getMessage());
  }

  private static JournalSettings settings(Map<String, Object> values) {
    return JournalSettings.from(
        (JournalConfig)
            Proxy.newProxyInstance(
                JournalConfig.class.getClassLoader(),
                new Class<?>[] {JournalConfig.class},
                (proxy, method, args) -> value(values, method)));
  }

  private static Object value(Map<String, Object> values, Method method) {
    return values.getOrDefault(method.getName(), method.getDefaultValue());
  }
}
