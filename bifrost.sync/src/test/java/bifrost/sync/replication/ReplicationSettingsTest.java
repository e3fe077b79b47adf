package bifrost.sync.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.InvalidConfigException;
import java.lang.annotation.Annotation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReplicationSettingsTest {
  private record Config(String cluster, String topology, int relays, int alarm__seconds)
      implements ReplicationConfig {
    @Override
    public Class<? extends Annotation> annotationType() {
      return ReplicationConfig.class;
    }
  }

  @Test
  void everySettingIsTaken() {
    assertEquals(
        new ReplicationSettings("", false, 3, Duration.ofSeconds(30)),
        ReplicationSettings.from(new Config("", "relay", 3, 30)));
    assertEquals(
        new ReplicationSettings("eu", true, 1, Duration.ofHours(1)),
        ReplicationSettings.from(new Config("eu", "mesh", 1, 3_600)));
  }

  @Test
  void whatIsOutOfRangeIsNamedWithValueAndRange() {
    refused(new Config("x".repeat(129), "relay", 3, 30), "cluster", "129", "at most 128");
    refused(new Config("", "star", 3, 30), "topology", "'star'", "relay or mesh");
    refused(new Config("", "relay", 0, 30), "relays", "0", "1 to 5");
    refused(new Config("", "relay", 6, 30), "relays", "6", "1 to 5");
    refused(new Config("", "relay", 3, 14), "alarm_seconds", "14", "15 to 3600");
  }

  private static void refused(Config config, String... says) {
    String message =
        assertThrows(InvalidConfigException.class, () -> ReplicationSettings.from(config))
            .toString();
    for (String part : says) {
      assertTrue(message.contains(part), message);
    }
  }
}
