package bifrost.tck.etcd;

import bifrost.tck.network.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One to five real etcd servers on loopback that form a cluster, in a temporary folder. Closing
 * kills them and deletes everything. The binaries are those of the PATH. For one thread.
 *
 * <pre>{@code
 * assumeTrue(EtcdCluster.isInstalled(), EtcdCluster.MISSING);
 * try (EtcdCluster etcd = EtcdCluster.start(3)) {
 *   etcd.kill(etcd.leader());
 *   etcd.control("put", "key", "value");
 * }
 * }</pre>
 */
public final class EtcdCluster implements AutoCloseable {
  /** Why a test is skipped where there is none. */
  public static final String MISSING =
      "no etcd here: ./bifrost test --install, or apt-get install etcd-server etcd-client";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
  }

  private final Path folder;
  private final List<Integer> clientPorts = new ArrayList<>();
  private final List<Integer> peerPorts = new ArrayList<>();
  private final List<Process> processes = new ArrayList<>();
  private final List<String> tls;
  private final List<String> credentials = new ArrayList<>();

  private EtcdCluster(Path folder, List<String> tls) {
    this.folder = folder;
    this.tls = tls;
  }

  /** Whether there is etcd here; a test that needs it is skipped with {@link #MISSING}. */
  public static boolean isInstalled() {
    return onPath("etcd") && onPath("etcdctl");
  }

  /** Starts servers without TLS. */
  public static EtcdCluster start(int size) throws IOException {
    return start(size, List.of());
  }

  /**
   * Starts one server that serves its clients by TLS, and asks for their certificate.
   *
   * @param cert its certificate for 127.0.0.1, PEM
   * @param key its key
   * @param ca who signed the certificates of clients
   */
  public static EtcdCluster startWithTls(Path cert, Path key, Path ca) throws IOException {
    return start(1, List.of(cert.toString(), key.toString(), ca.toString()));
  }

  private static EtcdCluster start(int size, List<String> tls) throws IOException {
    EtcdCluster cluster = new EtcdCluster(Files.createTempDirectory("etcd-test-"), tls);
    for (int i = 0; i < size; i++) {
      cluster.clientPorts.add(FreePorts.next());
      cluster.peerPorts.add(FreePorts.next());
      cluster.processes.add(null);
    }
    try {
      for (int i = 0; i < size; i++) {
        cluster.startServer(i);
      }
      cluster.awaitHealthy();
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** How many servers it has. */
  public int size() {
    return processes.size();
  }

  /** The client port of a server. */
  public int port(int server) {
    return clientPorts.get(server);
  }

  /** The endpoint of a server, as {@code http://127.0.0.1:port}. */
  public String endpoint(int server) {
    return (tls.isEmpty() ? "http" : "https") + "://127.0.0.1:" + port(server);
  }

  /** The endpoints of all servers. */
  public String[] endpoints() {
    String[] endpoints = new String[size()];
    for (int i = 0; i < size(); i++) {
      endpoints[i] = endpoint(i);
    }
    return endpoints;
  }

  /** Kills a server with SIGKILL. */
  public void kill(int server) {
    Process process = processes.get(server);
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    RUNNING.remove(process);
  }

  /** Starts a server that was killed, with its data. */
  public void startAgain(int server) throws IOException {
    startServer(server);
  }

  /** The server that leads now; waits for one. */
  public int leader() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      for (int i = 0; i < size(); i++) {
        if (processes.get(i).isAlive()) {
          try {
            String status = onOne(i, "endpoint", "status", "-w", "fields");
            String id = field(status, "\"MemberID\"");
            if (!id.isEmpty() && id.equals(field(status, "\"Leader\""))) {
              return i;
            }
          } catch (IOException e) {
            // the next one may know
          }
        }
      }
      pause();
    }
    throw new IOException("no leader after " + PATIENCE);
  }

  /** Waits until all servers that run answer with the consent of a quorum. */
  public void awaitHealthy() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (int i = 0; i < size(); i++) {
      while (processes.get(i).isAlive()) {
        try {
          onOne(i, "get", "health");
          break;
        } catch (IOException e) {
          if (System.nanoTime() > end) {
            throw e;
          }
          pause();
        }
      }
    }
  }

  /** Runs {@code etcdctl} with these arguments and gives what it printed. */
  public String control(String... arguments) throws IOException {
    for (int i = 0; i < size(); i++) {
      if (processes.get(i).isAlive()) {
        return onOne(i, arguments);
      }
    }
    throw new IOException("no server runs");
  }

  /** Runs a transaction as {@code etcdctl txn} reads it: compares, then, else, apart by lines. */
  public void transaction(String text) throws IOException {
    run(Duration.ofSeconds(20), text, onServer(0, "txn").toArray(String[]::new));
  }

  /** Switches authentication on; from then on {@link #control} works as root. */
  public void enableAuth(String rootPassword) throws IOException {
    control("user", "add", "root:" + rootPassword);
    control("user", "grant-role", "root", "root");
    control("auth", "enable");
    credentials.addAll(List.of("--user", "root:" + rootPassword));
  }

  /** Adds a user that may read and write keys with a prefix. */
  public void addUser(String name, String password, String prefix) throws IOException {
    control("role", "add", name);
    control("role", "grant-permission", name, "--prefix=true", "readwrite", prefix);
    control("user", "add", name + ":" + password);
    control("user", "grant-role", name, name);
  }

  @Override
  public void close() {
    for (int i = 0; i < size(); i++) {
      if (processes.get(i) != null) {
        kill(i);
      }
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void startServer(int server) throws IOException {
    List<String> initial = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      initial.add("s%d=http://127.0.0.1:%d".formatted(i, peerPorts.get(i)));
    }
    String peer = "http://127.0.0.1:" + peerPorts.get(server);
    List<String> command =
        new ArrayList<>(
            List.of(
                "etcd",
                "--name=s" + server,
                "--data-dir=" + folder.resolve("s" + server),
                "--listen-client-urls=" + endpoint(server),
                "--advertise-client-urls=" + endpoint(server),
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=" + String.join(",", initial),
                "--unsafe-no-fsync",
                "--logger=zap",
                "--log-level=error"));
    if (!tls.isEmpty()) {
      command.addAll(
          List.of(
              "--cert-file=" + tls.get(0),
              "--key-file=" + tls.get(1),
              "--trusted-ca-file=" + tls.get(2),
              "--client-cert-auth"));
    }
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("log" + server).toFile()))
            .start();
    RUNNING.add(process);
    processes.set(server, process);
  }

  private String onOne(int server, String... arguments) throws IOException {
    return run(Duration.ofSeconds(20), "", onServer(server, arguments).toArray(String[]::new));
  }

  private List<String> onServer(int server, String... arguments) {
    List<String> command = new ArrayList<>(List.of("etcdctl", "--command-timeout=5s"));
    command.add("--endpoints=" + endpoint(server));
    if (!tls.isEmpty()) {
      command.addAll(
          List.of("--cert=" + tls.get(0), "--key=" + tls.get(1), "--cacert=" + tls.get(2)));
    }
    command.addAll(credentials);
    command.addAll(List.of(arguments));
    return command;
  }

  private static String field(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name + " :"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  private static boolean onPath(String binary) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, binary)));
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String run(Duration limit, String input, String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ETCDCTL_API", "3");
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command[0] + " runs on after " + limit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new IOException(command[0] + " ended with " + process.exitValue() + ": " + output);
    }
    return output;
  }
}
