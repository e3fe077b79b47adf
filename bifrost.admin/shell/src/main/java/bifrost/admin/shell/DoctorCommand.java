package bifrost.admin.shell;

import bifrost.api.cluster.Diagnosis;
import bifrost.api.cluster.Finding;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The command {@code bifrost:doctor}. */
@Component(service = DoctorCommand.class)
@GogoCommand(scope = "bifrost", function = "doctor")
public class DoctorCommand {
  @Reference(
      name = "diagnosis",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC)
  private volatile Diagnosis diagnosis;

  /** What is wrong with the cluster. */
  @Descriptor("what is wrong with the cluster as this node sees it, why, and what to do")
  public String doctor() {
    Diagnosis current = diagnosis;
    return current == null
        ? "This node is in no cluster: cluster_config is not enabled, or bifrost.sync did not start;"
            + " bifrost:why says what it lacks."
        : describe(current.report());
  }

  static String describe(Diagnosis.Report report) {
    if (report.findings().isEmpty()) {
      return "healthy, as %s sees it at %s".formatted(report.nodeId(), time(report.at()));
    }
    Table table = new Table().row("severity", "finding", "about");
    StringBuilder details = new StringBuilder();
    for (Finding finding : report.findings()) {
      table.row(
          finding.severity().name().toLowerCase(Locale.ROOT), finding.id(), finding.subject());
      details
          .append("\n\n")
          .append(finding.id())
          .append(finding.subject().isEmpty() ? "" : " [" + finding.subject() + "]")
          .append("\n  cause     ")
          .append(finding.cause())
          .append("\n  evidence  ")
          .append(finding.evidence())
          .append("\n  fix       ")
          .append(finding.fix())
          .append("\n  since     ")
          .append(time(finding.since()));
    }
    return table + details.toString();
  }

  private static String time(Instant moment) {
    return moment.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
