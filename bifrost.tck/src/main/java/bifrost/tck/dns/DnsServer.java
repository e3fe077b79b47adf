package bifrost.tck.dns;

import bifrost.tck.network.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.InitialDirContext;

/**
 * ISC BIND on 127.0.0.1, over UDP and TCP on a free port, with one zone: {@link #ZONE}. Closing
 * stops it and deletes everything. The binary is Debian's, of the package {@code bind9}. For one
 * thread.
 *
 * <pre>{@code
 * try (DnsServer dns = DnsServer.start()) {
 *   dns.set("nodes", 5, "A 10.0.0.1", "A 10.0.0.2");
 *   dns.set("_gossip._tcp", 5, "SRV 0 0 10101 nodes");
 *   ...
 *   dns.pause();
 * }
 * }</pre>
 */
public final class DnsServer implements AutoCloseable {
  /** The name of the zone, without a dot at the end. */
  public static final String ZONE = "bifrost.test";

  /** Why a test is skipped where there is none. */
  public static final String MISSING =
      "no BIND here: ./bifrost test --install, or apt-get install bind9";

  private static final List<Path> BINARIES =
      List.of(Path.of("/usr/sbin/named"), Path.of("/usr/local/sbin/named"));
  private static final long SECONDS = 30;
  private static final long NEGATIVE_TTL = 1;

  private final Path folder;
  private final int port;
  private final Map<String, String> zone = new TreeMap<>();
  private long serial;
  private Process process;
  private boolean paused;

  private DnsServer(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Whether there is a server on this machine. */
  public static boolean isInstalled() {
    return BINARIES.stream().anyMatch(Files::isExecutable);
  }

  /** Starts a server with an empty zone, whose negative answers hold for a second. */
  public static DnsServer start() throws IOException {
    DnsServer server = new DnsServer(Files.createTempDirectory("bifrost-dns"), FreePorts.next());
    try {
      server.configure();
      server.startAgain();
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** Its port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** Its address as {@code host:port}. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** The absolute name of a name in the zone. */
  public static String absolute(String name) {
    return name + "." + ZONE + ".";
  }

  /**
   * Replaces the records of a name.
   *
   * @param name within the zone
   * @param ttl in seconds
   * @param records as in a zone file, for example {@code A 10.0.0.1}; none to remove the name
   */
  public void set(String name, int ttl, String... records) throws IOException {
    set(name, ttl, List.of(records));
  }

  /** Replaces the records of a name. */
  public void set(String name, int ttl, List<String> records) throws IOException {
    set(ttl, Map.of(name, records));
  }

  /** Replaces the records of several names in one step. */
  public void set(int ttl, Map<String, List<String>> names) throws IOException {
    names.forEach(
        (name, records) -> {
          StringBuilder lines = new StringBuilder();
          records.forEach(record -> lines.append("%s %d IN %s%n".formatted(name, ttl, record)));
          zone.put(name, lines.toString());
        });
    writeZone();
    if (process != null) {
      reload();
    }
  }

  /** Stops it at once; its port refuses. */
  public void stop() throws IOException {
    if (process != null) {
      process.destroyForcibly();
      await("stopping BIND", () -> !process.isAlive());
      process = null;
      paused = false;
    }
  }

  /** Starts it on its old port with its zone. */
  public void startAgain() throws IOException {
    process =
        new ProcessBuilder(
                binary(), "-g", "-n", "1", "-U", "1", "-c", folder.resolve("conf").toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    await("starting BIND", () -> !process.isAlive() || isServed());
    if (!process.isAlive()) {
      throw new IOException("BIND did not start: " + Files.readString(folder.resolve("log")));
    }
  }

  /** Whether it was started and not stopped. */
  public boolean isRunning() {
    return process != null;
  }

  /** Lets it hang: questions stay without an answer. */
  public void pause() throws IOException {
    signal("STOP");
    paused = true;
  }

  /** Lets it go on, with the zone as it is now. */
  public void resume() throws IOException {
    signal("CONT");
    paused = false;
    reload();
  }

  @Override
  public void close() throws IOException {
    stop();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private void configure() throws IOException {
    Files.writeString(
        folder.resolve("conf"),
        """
        options {
          directory "%s";
          listen-on port %d { 127.0.0.1; };
          listen-on-v6 { none; };
          pid-file none;
          session-keyfile none;
          recursion no;
          dnssec-validation no;
          minimal-responses no;
          max-records-per-type 0;
        };
        controls { };
        zone "%s" { type master; file "zone"; };
        """
            .formatted(folder, port, ZONE));
    writeZone();
  }

  /** A file that is as old as the last load, to the second, is not loaded again: so it is newer. */
  private void writeZone() throws IOException {
    serial++;
    Path file = folder.resolve("zone");
    Files.writeString(
        file,
        """
        $TTL 1
        @ IN SOA ns hostmaster ( %d 3600 600 86400 %d )
        @ IN NS ns
        ns IN A 127.0.0.1
        %s"""
            .formatted(serial, NEGATIVE_TTL, String.join("", zone.values())));
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(serial)));
  }

  /** A signal that comes while it still loads is lost, so it is told until it has the zone. */
  private void reload() throws IOException {
    if (paused) {
      return;
    }
    for (int i = 0; i < SECONDS; i++) {
      signal("HUP");
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
      while (System.nanoTime() < end) {
        if (isServed()) {
          return;
        }
        sleep();
      }
    }
    throw new IOException("BIND did not take the zone: " + Files.readString(folder.resolve("log")));
  }

  /** Whether it answers with the zone that was written last. */
  private boolean isServed() {
    Hashtable<String, String> environment = new Hashtable<>();
    environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
    environment.put(Context.PROVIDER_URL, "dns://" + address());
    environment.put("com.sun.jndi.dns.timeout.initial", "200");
    environment.put("com.sun.jndi.dns.timeout.retries", "1");
    try {
      InitialDirContext context = new InitialDirContext(environment);
      try {
        Object soa = context.getAttributes(ZONE, new String[] {"SOA"}).get("SOA").get();
        return soa.toString().split(" ")[2].equals(Long.toString(serial));
      } finally {
        context.close();
      }
    } catch (NamingException e) {
      return false;
    }
  }

  private void signal(String name) throws IOException {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
          .inheritIO()
          .start()
          .waitFor(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String binary() throws IOException {
    return BINARIES.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IOException(MISSING))
        .toString();
  }

  private static void await(String what, BooleanSupplier holds) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IOException(what + " takes longer than " + SECONDS + " s");
      }
      sleep();
    }
  }

  private static void sleep() throws IOException {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
