package bifrost.it.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JVM's garbage collector has logged. */
record GcLog(int young, int full, double pauseSeconds, int mostBeforeMib, int mostAfterMib) {
  private static final Pattern PAUSE =
      Pattern.compile("Pause (Young|Full).* (\\d+)M->(\\d+)M\\(\\d+M\\) ([0-9.]+)ms");

  /** The flag that makes a JVM write a log. */
  static String flag(Path file) {
    return "-Xlog:gc:file=" + file;
  }

  static GcLog read(Path file) throws IOException {
    int young = 0;
    int full = 0;
    double pauses = 0;
    int before = 0;
    int after = 0;
    for (String line : Files.readAllLines(file)) {
      Matcher pause = PAUSE.matcher(line);
      if (pause.find()) {
        boolean isFull = pause.group(1).equals("Full");
        full += isFull ? 1 : 0;
        young += isFull ? 0 : 1;
        before = Math.max(before, Integer.parseInt(pause.group(2)));
        after = Math.max(after, Integer.parseInt(pause.group(3)));
        pauses += Double.parseDouble(pause.group(4)) / 1_000;
      }
    }
    return new GcLog(young, full, pauses, before, after);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "heap at most %d MiB, %d MiB after a collection; %d young and %d full collections, %.1f s",
        mostBeforeMib,
        mostAfterMib,
        young,
        full,
        pauseSeconds);
  }
}
