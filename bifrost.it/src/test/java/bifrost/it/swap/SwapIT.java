package bifrost.it.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Lab;
import bifrost.it.support.PluginJars;
import bifrost.tck.upstream.OpenAi;
import bifrost.tck.upstream.UpstreamSimulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A provider bundle is replaced a hundred times under traffic: nobody notices, nothing is left. */
class SwapIT {
  private static final String PROVIDER = "bifrost.providers.openai";
  private static final String LOADER =
      "org.apache.felix.framework.BundleWiringImpl$BundleClassLoader";
  private static final int SWAPS = 100;
  private static final int DELTAS = 40;

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void aHundredSwapsUnderTrafficFailNothingAndLeaveNothing() throws Exception {
    try (UpstreamSimulator upstream = UpstreamSimulator.start().recording(false);
        GatewayProcess gateway =
            GatewayProcess.builder()
                .config(Lab.config("swap.json", upstream.baseUrl()))
                .jvm("-Dfelix.fileinstall.poll=100")
                .start();
        Traffic traffic = new Traffic(gateway.port())) {
      upstream.onModel("long", longStream()).onModel("short", OpenAi.chat("0"));
      Path jar = PluginJars.of(PROVIDER);
      Path plugin = gateway.data().resolve("plugins/" + PROVIDER + ".jar");

      PluginJars.write(jar, "1.0.1", plugin);
      gateway.awaitLog(PROVIDER + " 1\\.0\\.1 .* started");
      uninstallShipped(gateway);
      try (Traffic warmUp = new Traffic(gateway.port())) {
        // many bundles get their class loader only with their first class
        warmUp.connections(1, "openai/short").streams(1, "openai/short", 1);
        warmUp.finish();
      }
      int loadersBefore = classLoaders(gateway);

      traffic.connections(16, "openai/short").streams(50, "openai/long", DELTAS);
      long start = System.nanoTime();
      for (int i = 2; i <= SWAPS + 1; i++) {
        PluginJars.write(jar, "1.0." + i, plugin);
        gateway.awaitLog(PROVIDER + " 1\\.0\\." + i + " .* took over from");
      }
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
      traffic.finish();

      System.out.printf(
          "%d swaps in %d s: %d requests, %d streams, %d failed%n",
          SWAPS, seconds, traffic.requests(), traffic.streams(), traffic.failed());
      assertEquals(0, traffic.failed(), () -> String.join("\n", traffic.failures()));
      assertTrue(traffic.requests() > SWAPS, "hardly any traffic: " + traffic.requests());
      assertTrue(traffic.streams() >= 50, "hardly any stream: " + traffic.streams());
      assertTrue(seconds < 90, "took " + seconds + " s");
      awaitClassLoaders(gateway, loadersBefore);
    }
  }

  private static bifrost.tck.upstream.Reply longStream() {
    String[] deltas = IntStream.range(0, DELTAS).mapToObj(Integer::toString).toArray(String[]::new);
    return OpenAi.chat(Duration.ofMillis(200), deltas);
  }

  /** The version that ships would serve in a gap and hide it. */
  private static void uninstallShipped(GatewayProcess gateway) throws Exception {
    Matcher line =
        Pattern.compile("(?m)^\\s*(\\d+)\\|.*" + Pattern.quote(PROVIDER) + ".*1\\.0\\.0")
            .matcher(gateway.shell("lb -s"));
    assertTrue(line.find(), () -> "no shipped provider among the bundles");
    gateway.shell("uninstall " + line.group(1));
  }

  private static void awaitClassLoaders(GatewayProcess gateway, int expected) throws Exception {
    int count = classLoaders(gateway);
    for (int i = 0; i < 40 && count > expected; i++) {
      Thread.sleep(1000); // the last versions drain
      count = classLoaders(gateway);
    }
    String bundles = count == expected ? "" : gateway.shell("lb -s");
    assertEquals(expected, count, () -> "class loaders of bundles before and after\n" + bundles);
  }

  /** Class loaders of bundles that are reachable: the histogram collects garbage first. */
  private static int classLoaders(GatewayProcess gateway) throws Exception {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(gateway.pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String histogram = new String(jcmd.getInputStream().readAllBytes());
    assertEquals(0, jcmd.waitFor(), histogram);
    Matcher line =
        Pattern.compile("(?m)^\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+" + Pattern.quote(LOADER) + "\\b")
            .matcher(histogram);
    assertTrue(line.find(), "no class loader of a bundle in the histogram");
    return Integer.parseInt(line.group(1));
  }
}
