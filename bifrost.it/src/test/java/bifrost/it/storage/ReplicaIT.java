package bifrost.it.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.Await;
import bifrost.it.support.GatewayProcess;
import bifrost.tck.postgres.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two regions: the primary stands in A, a streaming replica in B. */
class ReplicaIT {
  private static final int MANY = 1_000_000;

  @TempDir private Path dataOfA;
  @TempDir private Path dataOfB;

  private PostgresServer primary;
  private PostgresServer replica;

  @BeforeEach
  void startDatabases() throws Exception {
    primary = PostgresServer.start();
    replica = primary.startReplica();
  }

  @AfterEach
  void stopDatabases() throws Exception {
    replica.close();
    primary.close();
  }

  @Test
  void regionBStartsFromItsReplicaWithoutThePrimaryAndItsWritesFollowThroughAFailover()
      throws Exception {
    seedFromRegionA();
    primary.stop();
    try (GatewayProcess b = start(dataOfB)) {
      Calls calls = new Calls(b);
      calls.await(200, Calls.KEY);
      b.awaitReady();
      String ready = calls.get("/ready");
      assertTrue(ready.contains(", read endpoint\""), ready);
      assertEquals(401, calls.chat("sk-bf-unknown-0123456789"));
      assertEquals("0", replica.query(rows()), "nothing is written while the primary is away");

      primary.startAgain();
      calls.awaitDrained();
      assertEquals("1", primary.query(rows()), "its writes arrive");
      awaitReplica("1");

      primary.stop();
      assertEquals(200, calls.chat(Calls.KEY));
      replica.promote();
      assertEquals(200, calls.chat(Calls.KEY));
      calls.awaitDrained();
      assertEquals("3", replica.query(rows()), "writes follow to the new primary");
      assertEquals("1", replica.query("SELECT count(DISTINCT epoch) FROM request_log"));
    }
  }

  /** A node of region A makes the schema and seeds it; the replica has it all. */
  private void seedFromRegionA() throws Exception {
    try (GatewayProcess a = start(dataOfA)) {
      a.awaitReady();
    }
    String seeded = primary.query("SELECT count(*) FROM config_entity");
    Await.until(
        "not replicated",
        () -> "",
        () -> replica.query("SELECT count(*) FROM config_entity").equals(seeded));
  }

  private void awaitReplica(String count) throws Exception {
    Await.until("not replicated", () -> "", () -> replica.query(rows()).equals(count));
  }

  private static String rows() {
    return "SELECT count(*) FROM request_log WHERE status = 200";
  }

  private GatewayProcess start(Path data) {
    String endpoints =
        """
        "write": {"url": "jdbc:postgresql://127.0.0.1:%1$d,127.0.0.1:%2$d/postgres", "user": "postgres"},
        "read": {"url": "%3$s", "user": "postgres"}
        """
            .formatted(primary.port(), replica.port(), replica.url());
    return GatewayProcess.builder().config(Calls.config(endpoints, MANY)).data(data).launch();
  }
}
