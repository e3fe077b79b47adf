package bifrost.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs wrk with one POST request. */
final class Wrk {
  private final Path script;

  /**
   * One run.
   *
   * @param requests answers received
   * @param perSecond answers per second
   * @param p50Micros median latency
   * @param p99Micros latency of the 99th percentile
   * @param failed answers with an error status, and socket errors
   */
  record Run(long requests, double perSecond, double p50Micros, double p99Micros, long failed) {}

  Wrk(Path folder, String body, String key) throws IOException {
    script = Files.createDirectories(folder).resolve("post.lua");
    Files.writeString(
        script,
        """
        wrk.method = "POST"
        wrk.body = '%s'
        wrk.headers["Content-Type"] = "application/json"
        wrk.headers["Authorization"] = "Bearer %s"
        """
            .formatted(body, key));
  }

  Run run(String url, int connections, int seconds) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    "wrk",
                    "-t1",
                    "-c" + connections,
                    "-d" + seconds + "s",
                    "--timeout",
                    "10s",
                    "--latency",
                    "-s",
                    script.toString(),
                    url))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException("wrk failed: " + output);
    }
    return new Run(
        (long) number(output, "(\\d+) requests in"),
        number(output, "Requests/sec:\\s+([\\d.]+)"),
        micros(output, "50%"),
        micros(output, "99%"),
        (long) (numberOr0(output, "Non-2xx or 3xx responses: (\\d+)") + socketErrors(output)));
  }

  private static double socketErrors(String output) {
    Matcher matcher =
        Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)")
            .matcher(output);
    double sum = 0;
    if (matcher.find()) {
      for (int i = 1; i <= 4; i++) {
        sum += Double.parseDouble(matcher.group(i));
      }
    }
    return sum;
  }

  private static double micros(String output, String percentile) throws IOException {
    Matcher matcher =
        Pattern.compile("(?m)^\\s+" + percentile + "\\s+([\\d.]+)(us|ms|s)").matcher(output);
    if (!matcher.find()) {
      throw new IOException("no " + percentile + " in: " + output);
    }
    double value = Double.parseDouble(matcher.group(1));
    return switch (matcher.group(2)) {
      case "us" -> value;
      case "ms" -> value * 1_000;
      default -> value * 1_000_000;
    };
  }

  private static double number(String output, String pattern) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(output);
    if (!matcher.find()) {
      throw new IOException("no " + pattern + " in: " + output);
    }
    return Double.parseDouble(matcher.group(1));
  }

  private static double numberOr0(String output, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(output);
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
  }
}
