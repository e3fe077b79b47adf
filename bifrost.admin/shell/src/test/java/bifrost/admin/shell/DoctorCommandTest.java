package bifrost.admin.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Diagnosis;
import bifrost.api.cluster.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void eachFindingIsShownWithCauseEvidenceAndFix() {
    Finding finding =
        new Finding(
            "region-missing",
            Finding.Severity.ERROR,
            "us",
            "Region us has no member.",
            "none",
            "Start it.",
            NOW);
    assertEquals(
        """
        severity  finding         about
        error     region-missing  us

        region-missing [us]
          cause     Region us has no member.
          evidence  none
          fix       Start it.
          since     2026-01-01T00:00:00Z""",
        DoctorCommand.describe(report(List.of(finding))));
  }

  @Test
  void aHealthyClusterSaysSo() {
    assertTrue(DoctorCommand.describe(report(List.of())).startsWith("healthy, as eu-1"));
  }

  @Test
  void aNodeWithoutAClusterSaysSo() {
    assertTrue(new DoctorCommand().doctor().contains("cluster_config"));
  }

  private static Diagnosis.Report report(List<Finding> findings) {
    return new Diagnosis.Report("eu-1", "eu", NOW, Optional.empty(), findings, List.of());
  }
}
