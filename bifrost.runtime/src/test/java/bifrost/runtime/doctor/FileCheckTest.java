package bifrost.runtime.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.ConfigurationCheck;
import bifrost.api.cluster.Diagnosis.Report;
import bifrost.api.cluster.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCheckTest {
  @TempDir private Path folder;

  /** Never ends by itself; takes no notice of an interrupt. */
  private static final class Endless implements ConfigurationCheck {
    @Override
    public List<Finding> check(Map<String, Map<String, Object>> configurations, Duration limit) {
      CountDownLatch never = new CountDownLatch(1);
      while (true) {
        try {
          never.await();
        } catch (InterruptedException e) {
          // goes on
        }
      }
    }
  }

  private static final class Failing implements ConfigurationCheck {
    @Override
    public List<Finding> check(Map<String, Map<String, Object>> configurations, Duration limit) {
      throw new IllegalStateException("a fault of the check");
    }
  }

  private static final class Telling implements ConfigurationCheck {
    @Override
    public List<Finding> check(Map<String, Map<String, Object>> configurations, Duration limit) {
      return List.of(
          new Finding("x", Finding.Severity.ERROR, "", "cause", "seen", "fix", Instant.EPOCH));
    }
  }

  @Test
  void aCheckThatDoesNotEndIsAFindingThatNamesItAndTheTimeAndTakesNoOtherAway() throws Exception {
    Report report = check("{}", new Endless(), new Failing(), new Telling());
    assertEquals(
        List.of("x", "check-unfinished", "check-unfinished"),
        report.findings().stream().map(Finding::id).toList());
    Finding endless = find(report, "Endless");
    assertEquals(Finding.Severity.WARNING, endless.severity());
    assertTrue(endless.cause().contains("did not end within 0 s"), endless.cause());
    assertTrue(find(report, "Failing").evidence().contains("a fault of the check"));
  }

  @Test
  void whatCannotBeReadIsAFindingWithItsReason() throws Exception {
    for (Map.Entry<String, String> each :
        Map.of("{", "", "[]", "", "", "", "{\"client\": 7}", "client", "\u0000", "").entrySet()) {
      Report report = check(each.getKey());
      assertEquals(List.of("config-invalid"), report.findings().stream().map(Finding::id).toList());
      assertTrue(report.findings().getFirst().evidence().contains(each.getValue()));
    }
    for (Path file : List.of(folder, folder.resolve("missing.json"))) {
      Finding finding = check(file).findings().getFirst();
      assertEquals("config-invalid", finding.id());
      assertTrue(finding.evidence().contains(file.toString()), finding.evidence());
    }
  }

  private Report check(String json, ConfigurationCheck... checks)
      throws IOException, InterruptedException {
    return check(Files.writeString(folder.resolve("c.json"), json), checks);
  }

  private Report check(Path file, ConfigurationCheck... checks) throws InterruptedException {
    return new FileCheck(name -> null, List.of(checks), Duration.ofMillis(500)).check(file, folder);
  }

  private static Finding find(Report report, String name) {
    return report.findings().stream()
        .filter(finding -> finding.subject().endsWith(name))
        .findFirst()
        .orElseThrow();
  }
}
