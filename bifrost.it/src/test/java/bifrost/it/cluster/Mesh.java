package bifrost.it.cluster;

import bifrost.it.support.Await;
import bifrost.it.support.Relay;
import bifrost.tck.postgres.PostgresServer;
import bifrost.tck.tls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Six nodes in two regions on one PostgreSQL, which stands in the first region. What goes from one
 * region to the other, by replication or to the database, takes 40 ms each way; gossip goes direct.
 */
final class Mesh implements AutoCloseable {
  static final Duration ONE_WAY = Duration.ofMillis(40);
  static final List<String> REGIONS = List.of("eu", "us");

  private static final int PODS_OF_A_REGION = 3;

  private final Path folder;
  private final String sections;
  private final PostgresServer database;
  private final Relay farDatabase;
  private final List<Pod> pods = new ArrayList<>();

  /**
   * Starts the database and prepares the nodes.
   *
   * @param folder for the nodes' data
   * @param sections what the configuration holds besides store and cluster, as JSON members
   */
  Mesh(Path folder, String sections) throws IOException {
    this.folder = folder;
    this.sections = sections;
    this.database = PostgresServer.start();
    this.farDatabase = Relay.to(database.port());
    farDatabase.open(ONE_WAY);
    TestAuthority authority = new TestAuthority("mesh");
    for (int region = 0; region < REGIONS.size(); region++) {
      for (int number = 1; number <= PODS_OF_A_REGION; number++) {
        String id = REGIONS.get(region) + "-" + number;
        authority.node(id).write(folder.resolve("tls").resolve(id));
        InetAddress host =
            InetAddress.getByAddress(new byte[] {127, 10, (byte) (region + 1), (byte) number});
        Pod pod = new Pod(id, REGIONS.get(region), host, folder.resolve(id));
        int own = region + 1;
        pod.relay().open(from -> from.getAddress()[2] == own ? Duration.ZERO : ONE_WAY);
        pods.add(pod);
      }
    }
  }

  List<Pod> pods() {
    return pods;
  }

  /** Starts all nodes and waits until each has a link to what it needs. */
  void start() throws Exception {
    pods.forEach(this::launch);
    for (Pod pod : pods) {
      pod.process().awaitReady();
    }
    for (Pod pod : pods) {
      awaitJoined(pod);
    }
  }

  void launch(Pod pod) {
    boolean far = !pod.region().equals(REGIONS.getFirst());
    String url =
        far ? "jdbc:postgresql://127.0.0.1:" + farDatabase.port() + "/postgres" : database.url();
    String peers =
        List.of(pods.getFirst(), pods.getLast()).stream()
            .filter(other -> other != pod)
            .map(other -> '"' + other.gossipAddress() + '"')
            .collect(Collectors.joining(","));
    pod.launch(
        """
        {"encryption_key": "a key for tests, the same on all nodes",
         "config_store": {"type": "postgres", "write": {"url": "%s", "user": "postgres"}},
         "cluster_config": {%s},
         %s}
        """
            .formatted(url, pod.cluster(peers, folder.resolve("tls").resolve(pod.id())), sections));
  }

  /** Waits until a node sees all others as members. */
  void awaitJoined(Pod pod) throws Exception {
    await(
        pod.id() + " does not see " + pods.size() + " members",
        () -> pod.get("/api/cluster/status").contains("\"healthy_members\":" + pods.size()));
  }

  /** What the database holds of a counter whose name contains something. */
  long stored(String counter) throws IOException {
    String sum =
        database.query(
            "SELECT coalesce(sum(slot_value), 0) FROM counter_slot WHERE counter LIKE '%"
                + counter
                + "%'");
    return Long.parseLong(sum.replaceFirst("\\..*", ""));
  }

  void await(String what, Await.Condition condition) throws Exception {
    Await.until(what, this::logs, condition);
  }

  private String logs() {
    StringBuilder logs = new StringBuilder();
    pods.forEach(
        pod -> logs.append(pod.id()).append('\n').append(pod.process().logText()).append('\n'));
    return logs.toString();
  }

  @Override
  public void close() throws IOException {
    for (Pod pod : pods) {
      pod.close();
    }
    farDatabase.close();
    database.close();
  }
}
