package bifrost.runtime.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.governance.Governor;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotOwner;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GovernorReadinessTest {
  private final Governor governor = new Doubles.CountingGovernor();

  @Test
  void aNodeThatEnforcesKeysWaitsForAGovernor() {
    GovernorReadiness readiness = new GovernorReadiness(owner(true, 0));
    assertTrue(readiness.missing().orElseThrow().contains("no governor"));
    readiness.bindGovernor(governor);
    readiness.bindGovernor(governor);
    readiness.unbindGovernor(governor);
    assertEquals(Optional.empty(), readiness.missing());
    readiness.unbindGovernor(governor);
    assertTrue(readiness.missing().isPresent());
  }

  @Test
  void aNodeThatHasVirtualKeysWaitsForAGovernor() {
    GovernorReadiness readiness = new GovernorReadiness(owner(false, 1));
    assertTrue(readiness.missing().orElseThrow().contains("no governor"));
    readiness.bindGovernor(governor);
    assertEquals(Optional.empty(), readiness.missing());
  }

  @Test
  void aNodeThatEnforcesNothingAndHasNoVirtualKeyNeedsNone() {
    assertEquals(Optional.empty(), new GovernorReadiness(owner(false, 0)).missing());
  }

  private static SnapshotOwner owner(boolean enforceAuth, int keys) {
    ClientSettings usual = ClientSettings.DEFAULT;
    ClientSettings client =
        new ClientSettings(
            enforceAuth,
            usual.maxBodyBytes(),
            usual.requestTimeout(),
            usual.maxConcurrentRequests(),
            usual.enableLogging(),
            usual.disableContentLogging(),
            usual.logRetentionDays(),
            usual.requiredHeaders(),
            usual.allowedOrigins());
    Snapshot snapshot = answering(Snapshot.class, Map.of("client", client, "count", keys));
    return answering(SnapshotOwner.class, Map.of("current", snapshot));
  }

  private static <T> T answering(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answers.get(method.getName())));
  }
}
