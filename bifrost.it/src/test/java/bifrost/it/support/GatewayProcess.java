package bifrost.it.support;

import bifrost.tck.network.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * The assembled distribution as a process: {@code bin/bifrost run} with a data folder of its own.
 * {@link #close()} stops it whatever state it is in; a JVM that ends early kills what is left.
 */
public final class GatewayProcess implements AutoCloseable {
  private static final String CONFIG = "test-config.json";
  private static final Duration START_LIMIT = Duration.ofSeconds(120);

  /** For a benchmark: the JVM compiles as it does in production. */
  public static final String ALL_COMPILERS = "-XX:TieredStopAtLevel=4";

  /** The first compiler alone halves what a start costs. */
  private static final String FIRST_COMPILER = "-XX:TieredStopAtLevel=1";

  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

  /** What the gateway reads of the environment, and a test must not inherit. */
  private static final Pattern FOREIGN = Pattern.compile("BIFROST_.*|APP_.*|LOG_.*|.*_API_KEY");

  private static final Set<GatewayProcess> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(GatewayProcess::kill)));
  }

  private final Process script;
  private final Path data;
  private final boolean ownsData;
  private final int port;
  private final long startedNanos = System.nanoTime();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final Thread logReader;

  private GatewayProcess(Process script, Path data, boolean ownsData, int port) {
    this.script = script;
    this.data = data;
    this.ownsData = ownsData;
    this.port = port;
    this.logReader = Thread.ofPlatform().daemon().name("gateway-log").start(this::readLog);
    RUNNING.add(this);
  }

  /** What a gateway is started with. */
  public static final class Builder {
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> arguments = new ArrayList<>();
    private String jvmFlags = "-Xmx512m " + FIRST_COMPILER;
    private String config;
    private Path data;
    private int port = -1;

    /** The configuration, written to {@code config.json} in the data folder. */
    public Builder config(String json) {
      config = json;
      return this;
    }

    /** A variable of the environment. */
    public Builder env(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** Further flags for the JVM. */
    public Builder jvm(String flags) {
      jvmFlags += " " + flags;
      return this;
    }

    /** A further argument of {@code run}. */
    public Builder argument(String argument) {
      arguments.add(argument);
      return this;
    }

    /** A data folder that outlives the process; without it there is a new one. */
    public Builder data(Path folder) {
      data = folder;
      return this;
    }

    /** The port; without it any free one. */
    public Builder port(int number) {
      port = number;
      return this;
    }

    /** Starts the process and waits until it is ready. */
    public GatewayProcess start() throws InterruptedException {
      GatewayProcess gateway = launch();
      try {
        gateway.awaitReady();
        return gateway;
      } catch (Throwable e) {
        gateway.close();
        throw e;
      }
    }

    /** Starts the process and waits for nothing. */
    public GatewayProcess launch() {
      try {
        Path folder = data != null ? data : Files.createTempDirectory("bifrost-it-");
        int number = port >= 0 ? port : freePort();
        List<String> command =
            new ArrayList<>(
                List.of(distribution().resolve("bin/bifrost").toString(), "run", "--data"));
        command.addAll(List.of(folder.toString(), "--port", Integer.toString(number)));
        if (config != null) {
          Path file = folder.resolve(CONFIG);
          Files.createDirectories(folder);
          Files.writeString(file, config);
          command.addAll(List.of("--config", file.toString()));
        }
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(FOREIGN.asMatchPredicate());
        builder.environment().putAll(environment);
        builder.environment().put("BIFROST_JVM_FLAGS", jvmFlags);
        return new GatewayProcess(builder.start(), folder, data == null, number);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A new builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** The folder of the assembled distribution. */
  public static Path distribution() {
    Path folder = Path.of(System.getProperty("bifrost.dist"));
    if (!Files.isExecutable(folder.resolve("bin/bifrost"))) {
      throw new IllegalStateException("no distribution in " + folder + ", build bifrost.dist");
    }
    return folder;
  }

  /** A port that is free now. */
  public static int freePort() throws IOException {
    return FreePorts.next();
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** Its root with a path. */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** Its data folder. */
  public Path data() {
    return data;
  }

  /** When the process was started, as {@link System#nanoTime()}. */
  public long startedNanos() {
    return startedNanos;
  }

  /** The process id of the JVM, which is a child of the script. */
  public long pid() {
    return script.children().findFirst().orElseThrow().pid();
  }

  /** Whether the process runs. */
  public boolean alive() {
    return script.isAlive();
  }

  /** What it has written so far, standard output and error, line by line. */
  public List<String> log() {
    return List.copyOf(log);
  }

  /** What it has written so far, as one text. */
  public String logText() {
    return String.join("\n", log);
  }

  /** Waits until {@code /ready} answers 200. */
  public void awaitReady() throws InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      await(START_LIMIT, "ready", () -> !alive() || status(client, "/ready") == 200);
    }
    if (!alive()) {
      throw new AssertionError("the gateway ended with " + script.exitValue() + ":\n" + logText());
    }
  }

  /** Waits until a line of the log contains a match. */
  public void awaitLog(String pattern) throws InterruptedException {
    Pattern compiled = Pattern.compile(pattern);
    await(
        START_LIMIT,
        "a log line with " + pattern,
        () -> log.stream().anyMatch(compiled.asPredicate()));
  }

  /** Replaces its configuration file, in one step. */
  public void configure(String json) throws IOException {
    Path next = Files.writeString(data.resolve("test-config.next"), json);
    Files.move(next, data.resolve(CONFIG), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Stops the JVM where it stands, as a frozen host does; {@link #resume} lets it go on. */
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets a paused JVM go on. */
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  /** Asks for a stop, as a service manager does. */
  public void terminate() {
    script.destroy();
  }

  /** Kills JVM and script with SIGKILL. */
  public void kill() {
    script.descendants().forEach(ProcessHandle::destroyForcibly);
    script.destroyForcibly();
  }

  /** Waits for the end and gives the exit code. */
  public int awaitExit() throws InterruptedException {
    if (!script.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the gateway runs on after " + STOP_LIMIT + ":\n" + logText());
    }
    logReader.join();
    return script.exitValue();
  }

  /** Runs one command of its shell and gives what it printed. */
  public String shell(String command) throws IOException, InterruptedException {
    Process shell =
        new ProcessBuilder(
                distribution().resolve("bin/bifrost").toString(),
                "shell",
                "--data",
                data.toString(),
                command)
            .redirectErrorStream(true)
            .start();
    String output = new String(shell.getInputStream().readAllBytes());
    if (!shell.waitFor(30, TimeUnit.SECONDS) || shell.exitValue() != 0) {
      shell.destroyForcibly();
      throw new AssertionError("shell command '" + command + "' failed:\n" + output);
    }
    return output;
  }

  /** Ends the process at once if it still runs, and deletes a data folder that is its own. */
  @Override
  public void close() {
    kill();
    try {
      script.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    RUNNING.remove(this);
    if (ownsData) {
      Folders.delete(data);
    }
  }

  private void await(Duration limit, String what, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not " + what + " after " + limit + ":\n" + logText());
      }
      Thread.sleep(20);
    }
  }

  private int status(HttpClient client, String path) {
    try {
      HttpResponse<Void> answer =
          client.send(
              HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(5)).build(),
              BodyHandlers.discarding());
      return answer.statusCode();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  private void readLog() {
    try (BufferedReader reader = script.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        log.add(line);
      }
    } catch (IOException e) {
      // the process is gone
    }
  }
}
