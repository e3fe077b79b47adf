package bifrost.it.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a JVM of this machine. */
public final class Jcmd {
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

  private Jcmd() {}

  /** MiB of objects that are reachable; collects garbage first. */
  public static double liveHeapMib(long pid) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String output = new String(jcmd.getInputStream().readAllBytes());
    Matcher total = TOTAL.matcher(output);
    if (jcmd.waitFor() != 0 || !total.find()) {
      throw new IOException("no total in: " + output);
    }
    return Long.parseLong(total.group(1)) / 1048576.0;
  }
}
