package bifrost.runtime.doctor;

import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.api.cluster.Diagnosis.PortTest;
import bifrost.api.cluster.Diagnosis.Report;
import bifrost.api.cluster.Finding;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A report for people: a table of the findings, then each in full. */
final class ReportText {
  private ReportText() {}

  /**
   * The text.
   *
   * @param file the file that was checked; empty for the report of a running node
   */
  static String of(Report report, String file) {
    StringBuilder text = new StringBuilder(head(report, file)).append('\n');
    if (!report.findings().isEmpty()) {
      text.append('\n');
      table(report.findings(), text);
      report.findings().forEach(finding -> details(finding, file.isEmpty(), text));
    }
    if (file.isEmpty()) {
      text.append('\n').append(ports(report)).append('\n');
    }
    return text.toString().stripTrailing();
  }

  private static String head(Report report, String file) {
    long errors =
        report.findings().stream().filter(f -> f.severity() == Finding.Severity.ERROR).count();
    String found =
        report.findings().isEmpty()
            ? "healthy"
            : number(errors, "error") + ", " + number(report.findings().size() - errors, "warning");
    return file.isEmpty()
        ? "The cluster as %s (region %s) sees it at %s: %s"
            .formatted(report.nodeId(), report.region(), time(report.at()), found)
        : "%s: %s"
            .formatted(file, report.findings().isEmpty() ? "nothing found that is wrong" : found);
  }

  private static String number(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private static void table(List<Finding> findings, StringBuilder text) {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"severity", "finding", "about"});
    for (Finding finding : findings) {
      rows.add(new String[] {label(finding.severity()), finding.id(), finding.subject()});
    }
    int first = width(rows, 0);
    int second = width(rows, 1);
    for (String[] row : rows) {
      String line =
          String.format(Locale.ROOT, "%-" + first + "s  %-" + second + "s  %s", (Object[]) row);
      text.append(line.stripTrailing()).append('\n');
    }
  }

  private static int width(List<String[]> rows, int column) {
    return rows.stream().mapToInt(row -> row[column].length()).max().orElse(1);
  }

  private static void details(Finding finding, boolean running, StringBuilder text) {
    text.append('\n').append(finding.id());
    if (!finding.subject().isEmpty()) {
      text.append(" [").append(finding.subject()).append(']');
    }
    text.append("\n  cause     ").append(finding.cause());
    text.append("\n  evidence  ").append(finding.evidence().replace("\n", "\n            "));
    text.append("\n  fix       ").append(finding.fix());
    if (running) {
      text.append("\n  since     ").append(time(finding.since()));
    }
    text.append('\n');
  }

  private static String ports(Report report) {
    if (report.tested().isEmpty()) {
      return "Ports have not been tested yet.";
    }
    List<String> closed =
        report.tests().stream()
            .filter(test -> test.outcome() != Outcome.OPEN)
            .map(ReportText::describe)
            .toList();
    return "Ports were tested at %s: %d open, %d not%s"
        .formatted(
            time(report.tested().get()),
            report.tests().size() - closed.size(),
            closed.size(),
            closed.stream().map(line -> "\n  " + line).collect(Collectors.joining()));
  }

  private static String describe(PortTest test) {
    return "%s -> %s %s: %s, %d times"
        .formatted(
            test.from(),
            test.to(),
            label(test.port()).replace('_', ' '),
            label(test.outcome()).replace('_', ' '),
            test.failures());
  }

  private static String time(Instant moment) {
    return moment.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
