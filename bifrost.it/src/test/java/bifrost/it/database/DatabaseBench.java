package bifrost.it.database;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the database does to requests: nothing, it should be. The benchmark behind {@code ./bifrost
 * bench db}.
 */
public final class DatabaseBench {
  private DatabaseBench() {}

  /** Measures; arguments: {@code --quick}, {@code --out FILE}. */
  public static void main(String... arguments) throws Exception {
    List<String> list = List.of(arguments);
    Plan plan = list.contains("--quick") ? Plan.quick() : Plan.whole();
    Path file = Path.of(list.get(list.indexOf("--out") + 1));
    try (PrintStream out =
        new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8)) {
      BenchReport report = new BenchReport(out);
      try (Setup setup = new Setup("", false)) {
        setup.lowerDatabasePriority();
        new StateRounds(plan, setup).run(report);
        new DrainRounds(plan, setup).run(report);
      }
      new LongOutage(plan).run(report);
      report.end();
    } finally {
      System.out.println();
      System.out.print(Files.readString(file));
    }
  }
}
