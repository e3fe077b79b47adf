package bifrost.runtime.doctor;

import bifrost.api.cluster.ConfigurationCheck;
import bifrost.api.cluster.Diagnosis.Report;
import bifrost.api.cluster.Finding;
import bifrost.runtime.config.json.JsonText;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;

/** What {@code bin/bifrost doctor} runs. */
public final class DoctorMain {
  /** Nothing is wrong. */
  static final int HEALTHY = 0;

  /** There is an error among the findings. */
  static final int ERRORS = 1;

  /** The arguments cannot be used. */
  static final int USAGE = 2;

  /** The node cannot be asked. */
  static final int NO_ANSWER = 4;

  /** There are warnings and no error. */
  static final int WARNINGS = 5;

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final PrintStream output;
  private final PrintStream errors;
  private final UnaryOperator<String> environment;

  DoctorMain(PrintStream output, PrintStream errors, UnaryOperator<String> environment) {
    this.output = output;
    this.errors = errors;
    this.environment = environment;
  }

  /**
   * Called by {@code bin/bifrost}.
   *
   * @param args {@code --url URL} or {@code --config FILE --data DIR}, and {@code --json}
   */
  public static void main(String[] args) throws InterruptedException {
    PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(new DoctorMain(output, System.err, System::getenv).run(args));
  }

  /** Runs the command and gives the exit status. */
  int run(String... args) throws InterruptedException {
    boolean json = false;
    String url = "";
    String config = "";
    String data = "data";
    List<String> rest = new ArrayList<>(List.of(args));
    while (!rest.isEmpty()) {
      String option = rest.removeFirst();
      if (option.equals("--json")) {
        json = true;
        continue;
      }
      if (rest.isEmpty()) {
        errors.println("bifrost: " + option + " is unknown, or lacks its value");
        return USAGE;
      }
      switch (option) {
        case "--url" -> url = rest.removeFirst();
        case "--config" -> config = rest.removeFirst();
        case "--data" -> data = rest.removeFirst();
        default -> {
          errors.println("bifrost: unknown option '" + option + "'");
          return USAGE;
        }
      }
    }
    try {
      Report report =
          config.isEmpty()
              ? new RemoteNode(url, environment).ask()
              : new FileCheck(environment, ServiceLoader.load(ConfigurationCheck.class), LIMIT)
                  .check(path("--config", config), path("--data", data));
      output.println(json ? JsonText.of(report.asJson()) : ReportText.of(report, config));
      return status(report);
    } catch (UnusableNodeException e) {
      errors.println("bifrost: " + e.getMessage());
      return e.status();
    }
  }

  private static Path path(String option, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new UnusableNodeException(USAGE, option + " is no path: " + e.getReason());
    }
  }

  private static int status(Report report) {
    return report
        .worst()
        .map(worst -> worst == Finding.Severity.ERROR ? ERRORS : WARNINGS)
        .orElse(HEALTHY);
  }
}
