package bifrost.tck.postgres;

import bifrost.tck.network.FreePorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server on loopback, in a temporary folder, on a free port; its superuser is {@code
 * postgres}, without a password. Closing stops it and deletes everything.
 *
 * <p>Where the tests run as root, which the server refuses, it runs as the user {@code postgres}.
 * The binaries are those of the PATH or of Debian's package. For one thread.
 *
 * <pre>{@code
 * try (PostgresServer primary = PostgresServer.start();
 *     PostgresServer replica = primary.startReplica()) {
 *   ...
 *   primary.stop();
 *   replica.promote();
 * }
 * }</pre>
 */
public final class PostgresServer implements AutoCloseable {
  private static final long SECONDS = 60;
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  private final Path binaries;
  private final Path folder;
  private final int port;
  private boolean running;

  private PostgresServer(Path binaries, Path folder, int port) {
    this.binaries = binaries;
    this.folder = folder;
    this.port = port;
  }

  /** Whether there are binaries of a server on this machine. */
  public static boolean isInstalled() {
    return findBinaries().isPresent();
  }

  /** Makes and starts a primary. */
  public static PostgresServer start() throws IOException {
    PostgresServer server = create();
    server.run("initdb", "-D", server.data(), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8");
    server.startAgain();
    return server;
  }

  /** Makes and starts a streaming replica of this server. */
  public PostgresServer startReplica() throws IOException {
    PostgresServer replica = create();
    replica.run(
        "pg_basebackup",
        "-D",
        replica.data(),
        "-R",
        "-X",
        "stream",
        "-c",
        "fast",
        "-d",
        "host=127.0.0.1 user=postgres port=" + port);
    replica.startAgain();
    return replica;
  }

  /** Its port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** The JDBC URL of its database {@code postgres}, without parameters. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** Starts it on its old port and data. */
  public void startAgain() throws IOException {
    String options =
        "-p %d -h 127.0.0.1 -k %s -c fsync=off -c max_connections=120 -c wal_level=replica"
                .formatted(port, folder)
            + " -c max_wal_senders=5 -c hot_standby=on -c shared_buffers=32MB";
    run(
        "pg_ctl",
        "-D",
        data(),
        "-w",
        "-t",
        Long.toString(SECONDS),
        "-l",
        folder.resolve("log").toString(),
        "-o",
        options,
        "start");
    running = true;
  }

  /** Stops it at once, as a crash would. */
  public void stop() throws IOException {
    if (running) {
      running = false;
      run("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
    }
  }

  /** Makes a primary of a replica. */
  public void promote() throws IOException {
    run("pg_ctl", "-D", data(), "-w", "promote");
  }

  /** Runs SQL and returns what it selects: columns apart by {@code |}, one row to a line. */
  public String query(String sql) throws IOException {
    return queryIn("postgres", sql);
  }

  /** Runs SQL in a database other than {@code postgres}; else as {@link #query}. */
  public String queryIn(String database, String sql) throws IOException {
    return run(
            "psql",
            "-X",
            "-q",
            "-A",
            "-t",
            "-h",
            "127.0.0.1",
            "-p",
            Integer.toString(port),
            "-U",
            "postgres",
            "-d",
            database,
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            sql)
        .strip();
  }

  @Override
  public void close() throws IOException {
    try {
      stop();
    } finally {
      delete();
    }
  }

  private static PostgresServer create() throws IOException {
    Path binaries =
        findBinaries()
            .orElseThrow(
                () ->
                    new IOException(
                        "there is no PostgreSQL server: install it (Debian: apt-get install"
                            + " postgresql)"));
    Path folder = Files.createTempDirectory("bifrost-postgres");
    if (ROOT) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.setOwner(
          folder,
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
    }
    return new PostgresServer(binaries, folder, FreePorts.next());
  }

  private static Optional<Path> findBinaries() {
    Stream<Path> path =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
            .filter(entry -> !entry.isEmpty())
            .map(Path::of);
    return Stream.concat(debianBinaries(), path)
        .filter(
            entry ->
                Stream.of("initdb", "pg_ctl", "pg_basebackup", "psql")
                    .allMatch(program -> Files.isExecutable(entry.resolve(program))))
        .findFirst();
  }

  private static Stream<Path> debianBinaries() {
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      return versions.map(version -> version.resolve("bin")).sorted().toList().reversed().stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private String run(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (ROOT) {
      command.addAll(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"));
    }
    command.add(binaries.resolve(program).toString());
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("bifrost-postgres", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
      String text = Files.readString(output, StandardCharsets.UTF_8);
      if (!ended || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(program + " failed: " + text + log());
      }
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted in " + program, e);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private String log() throws IOException {
    Path log = folder.resolve("log");
    return Files.isReadable(log) ? "\n" + Files.readString(log, StandardCharsets.UTF_8) : "";
  }

  private void delete() throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
