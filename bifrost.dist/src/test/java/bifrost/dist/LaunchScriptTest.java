package bifrost.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code bin/bifrost} makes of its arguments, of signals, and of how the JVM ends. */
class LaunchScriptTest {
  private static final String ENDS_WELL = "exit 0";
  private static final String RUNS = "while :; do sleep 0.05; done";
  private static final String ENDS_ON_TERM = "trap 'exit 143' TERM";
  private static final String IGNORES_TERM = "trap '' TERM";

  private final List<Process> processes = new ArrayList<>();
  private Path folder;

  @TempDir Path temporary;

  @BeforeEach
  void resolveLinks() throws IOException {
    folder = temporary.toRealPath();
  }

  @AfterEach
  void killProcesses() {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Test
  void aBrokerStartsNothingOfTheGateway() throws Exception {
    FakeJdk jdk = jdk("", ENDS_WELL);
    Process run = start(jdk, "run", "--data", "d", "--mode", "broker");
    assertEquals(0, exit(run), () -> output(run));
    List<String> arguments = jdk.arguments();
    assertTrue(arguments.contains("-Dbifrost.mode=broker"));
    assertTrue(arguments.contains("-Dfelix.auto.start.4="));
    String bundles =
        arguments.stream()
            .filter(argument -> argument.startsWith("-Dfelix.auto.start.3="))
            .findFirst()
            .orElseThrow();
    assertTrue(bundles.contains("bifrost.sync-"), bundles);
    assertFalse(bundles.contains("bifrost.runtime"), bundles);
    Process wrong = start(jdk, "run", "--data", "d", "--mode", "brocker");
    assertEquals(2, exit(wrong), () -> output(wrong));
  }

  @Test
  void relativeNamesAreThoseOfTheCaller() throws Exception {
    FakeJdk jdk = jdk("", ENDS_WELL);
    Files.writeString(folder.resolve("c.json"), "{}");
    Process run =
        start(jdk, "run", "--config", "c.json", "--data=d d", "--host", "::1", "--port", "0");
    assertEquals(0, exit(run), () -> output(run));
    List<String> arguments = jdk.arguments();
    assertTrue(arguments.contains("-Dbifrost.config=" + folder.resolve("c.json")));
    assertTrue(arguments.contains("-Dbifrost.data=" + folder.resolve("d d")));
    assertTrue(arguments.contains("-Dbifrost.host=::1"));
    assertTrue(arguments.contains("-Dbifrost.port=0"));
    assertTrue(Files.isDirectory(folder.resolve("d d/plugins")));
  }

  @Test
  void theEnvironmentStandsInForOptions() throws Exception {
    FakeJdk jdk = jdk("", ENDS_WELL);
    Files.writeString(folder.resolve("c.json"), "{}");
    Process run =
        start(
            jdk,
            Map.of("BIFROST_CONFIG", "c.json", "APP_DIR", "d", "APP_HOST", "h", "APP_PORT", "1234"),
            "run",
            "--port",
            "4321");
    assertEquals(0, exit(run), () -> output(run));
    List<String> arguments = jdk.arguments();
    assertTrue(arguments.contains("-Dbifrost.config=" + folder.resolve("c.json")));
    assertTrue(arguments.contains("-Dbifrost.data=" + folder.resolve("d")));
    assertTrue(arguments.contains("-Dbifrost.host=h"));
    assertTrue(arguments.contains("-Dbifrost.port=4321"));
  }

  @Test
  void theConfigurationInTheDataFolderIsFound() throws Exception {
    FakeJdk jdk = jdk("", ENDS_WELL);
    Files.createDirectories(folder.resolve("d"));
    Files.writeString(folder.resolve("d/config.json"), "{}");
    assertEquals(0, exit(start(jdk, "run", "--data", "d")));
    assertTrue(jdk.arguments().contains("-Dbifrost.config=" + folder.resolve("d/config.json")));
  }

  @Test
  void flagsThatOldJvmsDoNotKnowAreGivenToNewOnesOnly() throws Exception {
    String unsafe = "--sun-misc-unsafe-memory-access=allow";
    String headers = "-XX:+UseCompactObjectHeaders";
    FakeJdk old = FakeJdk.create(folder.resolve("jdk-21"), 21, "", ENDS_WELL);
    exit(start(old, "run", "--data", "d"));
    assertFalse(old.arguments().contains(unsafe));
    assertFalse(old.arguments().contains(headers));
    FakeJdk newer = FakeJdk.create(folder.resolve("jdk-24"), 24, "", ENDS_WELL);
    exit(start(newer, "run", "--data", "d"));
    assertTrue(newer.arguments().contains(unsafe));
    assertFalse(newer.arguments().contains(headers));
    FakeJdk recent = jdk("", ENDS_WELL);
    exit(start(recent, "run", "--data", "d"));
    assertTrue(recent.arguments().contains(unsafe));
    assertTrue(recent.arguments().contains(headers));
  }

  @Test
  void aStopThatWasAskedForEndsWithZero() throws Exception {
    FakeJdk jdk = jdk(ENDS_ON_TERM, RUNS);
    Process run = startAndAwait(jdk);
    assertTrue(Files.exists(folder.resolve("d/run/bifrost.pid")));
    run.destroy();
    assertEquals(0, exit(run), () -> output(run));
    assertFalse(Files.exists(folder.resolve("d/run/bifrost.pid")));
  }

  @Test
  void aStopThatTakesTooLongIsCutShortAndSaidToBe() throws Exception {
    FakeJdk jdk = jdk(IGNORES_TERM, RUNS);
    Process run = startAndAwait(jdk, Map.of("BIFROST_STOP_LIMIT", "1"));
    run.destroy();
    assertEquals(137, exit(run));
    assertTrue(output(run).contains("not stopped within 1 s"));
  }

  @Test
  void aSecondSignalEndsItAtOnce() throws Exception {
    FakeJdk jdk = jdk(IGNORES_TERM, RUNS);
    Process run = startAndAwait(jdk, Map.of("BIFROST_STOP_LIMIT", "600"));
    run.destroy();
    long java = Long.parseLong(Files.readString(folder.resolve("d/run/bifrost.pid")).strip());
    while (run.isAlive()) {
      run.destroy();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    assertEquals(137, exit(run));
    assertFalse(ProcessHandle.of(java).map(ProcessHandle::isAlive).orElse(false));
  }

  @Test
  void anEndThatNobodyAskedForKeepsTheStatusOfTheJvm() throws Exception {
    assertEquals(3, exit(start(jdk("", "exit 3"), "run", "--data", "d")));
  }

  @Test
  void theStatusThatTheNodeReportedIsTheOneOfTheScript() throws Exception {
    String reports = "echo 1 >\"" + folder.resolve("d/run/exit-status") + "\"; exit 0";
    assertEquals(1, exit(start(jdk("", reports), "run", "--data", "d")));
    assertEquals(0, exit(start(jdk("", ENDS_WELL), "run", "--data", "d")));
  }

  @Test
  void aDataFolderHasOneNode() throws Exception {
    FakeJdk jdk = jdk(ENDS_ON_TERM, RUNS);
    startAndAwait(jdk);
    Process second = start(jdk, "run", "--data", "d");
    assertEquals(1, exit(second));
    assertTrue(output(second).contains("already runs with the data folder"));
  }

  @Test
  void wrongUsageIsNamed() throws Exception {
    FakeJdk jdk = jdk("", ENDS_WELL);
    assertRefused(2, "unknown option '--prot'", start(jdk, "run", "--prot", "1"));
    assertRefused(2, "--data needs a value", start(jdk, "run", "--data"));
    assertRefused(2, "'80o0' is no port", start(jdk, "run", "--port", "80o0"));
    assertRefused(2, "unknown command 'rum'", start(jdk, "rum"));
    assertRefused(
        1, "cannot read the configuration file", start(jdk, "run", "--config", "none.json"));
  }

  @Test
  void withoutAJdkTheMessageSaysWhatWasFoundAndWhatToInstall() throws Exception {
    FakeJdk old = FakeJdk.create(folder.resolve("jdk-17"), 17, "", ENDS_WELL);
    String script =
        ". '%s'; BIFROST_JAVA_MIN=999; find_jdk java"
            .formatted(Workspace.distribution().resolve("bin/jdk.sh"));
    Process find = launch(old, Map.of(), List.of("sh", "-c", script));
    assertEquals(1, exit(find));
    String message = output(find);
    assertTrue(message.contains("no JDK 999 or newer found"), message);
    assertTrue(message.contains(folder.resolve("jdk-17") + " (Java 17)"), message);
    assertTrue(message.contains("Install one"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "shell"})
  void everyCommandExplainsItselfAndItsExitStatus(String command) throws Exception {
    Process help = start(jdk("", ENDS_WELL), command, "--help");
    assertEquals(0, exit(help));
    assertTrue(output(help).contains("Exit status"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "shell", "build", "test", "bench"})
  void everyCommandOfTheWorkspaceExplainsItself(String command) throws Exception {
    String script = Workspace.root().resolve("bifrost").toString();
    Process help = launch(jdk("", ENDS_WELL), Map.of(), List.of(script, command, "--help"));
    assertEquals(0, exit(help));
    assertTrue(output(help).contains("Usage: "));
  }

  private FakeJdk jdk(String setup, String behaviour) throws IOException {
    return FakeJdk.create(folder.resolve("jdk"), 25, setup, behaviour);
  }

  private Process startAndAwait(FakeJdk jdk) throws Exception {
    return startAndAwait(jdk, Map.of());
  }

  /** Starts a node and returns when its JVM runs. */
  private Process startAndAwait(FakeJdk jdk, Map<String, String> environment) throws Exception {
    Process run = start(jdk, environment, "run", "--data", "d");
    Path pid = folder.resolve("d/run/bifrost.pid");
    while (jdk.arguments().isEmpty() || !Files.exists(pid) || Files.size(pid) == 0) {
      assertTrue(run.isAlive(), () -> output(run));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    return run;
  }

  private Process start(FakeJdk jdk, String... arguments) throws IOException {
    return start(jdk, Map.of(), arguments);
  }

  private Process start(FakeJdk jdk, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Workspace.distribution().resolve("bin/bifrost").toString());
    command.addAll(List.of(arguments));
    return launch(jdk, environment, command);
  }

  private Process launch(FakeJdk jdk, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile());
    for (String name : List.of("BIFROST_CONFIG", "APP_DIR", "APP_HOST", "APP_PORT")) {
      builder.environment().remove(name);
    }
    builder.environment().put("JAVA_HOME", jdk.folder().toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private void assertRefused(int status, String message, Process process) throws Exception {
    assertEquals(status, exit(process));
    assertTrue(output(process).contains(message), () -> output(process));
  }

  private static int exit(Process process) throws InterruptedException {
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the script does not end");
    return process.exitValue();
  }

  private String output(Process process) {
    try {
      return Files.readString(folder.resolve("output"));
    } catch (IOException e) {
      throw new AssertionError(process + " has no output", e);
    }
  }
}
