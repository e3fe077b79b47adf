package bifrost.runtime.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.boot.BootReport;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.snapshot.HybridClock;
import bifrost.runtime.snapshot.LoadedSnapshot;
import bifrost.runtime.snapshot.LoadedSnapshot.RowId;
import bifrost.runtime.snapshot.MapSnapshot;
import bifrost.runtime.snapshot.SnapshotService;
import bifrost.runtime.snapshot.codec.EntityCodec;
import bifrost.runtime.snapshot.codec.SecretBox;
import bifrost.tck.storage.MemoryConfigStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSnapshotTest {
  @TempDir private Path folder;

  private final SecretBox box = SealedFileTest.box("ab");
  private final EntityCodec codec = new EntityCodec(box, new Environment(name -> null));
  private final LoadedSnapshot loaded =
      new LoadedSnapshot(
          MapSnapshot.EMPTY,
          new HybridClock("n1", InstantSource.system()),
          codec,
          Map.of(new RowId(EntityType.TEAM, "seeded"), "hash"),
          List.of());
  private final SnapshotService snapshots = new SnapshotService(loaded);
  private final MemoryConfigStore store = new MemoryConfigStore();

  @AfterEach
  void close() {
    snapshots.close();
  }

  @Test
  void whatHasChangedIsThereAfterTheEndTombstonesAndSeedHashesIncluded() throws Exception {
    LocalSnapshot local = new LocalSnapshot(folder, snapshots, loaded, Optional.empty());
    Change ended = Change.remove(EntityType.TEAM, "gone", Version.of(0, true, 9, "n2"));
    take(local, team("seeded", "a", 5), ended);
    local.close();
    List<StoredEntity> rows = new ArrayList<>();
    new SnapshotFile(folder, box).read(rows::add);
    assertEquals(2, rows.size());
    StoredEntity gone = rows.stream().filter(r -> r.id().equals("gone")).findFirst().orElseThrow();
    assertEquals(codec.row(ended), gone);
    StoredEntity seeded =
        rows.stream().filter(r -> r.id().equals("seeded")).findFirst().orElseThrow();
    assertEquals("hash", seeded.seedHash());
    assertEquals(team("seeded", "a", 5), codec.change(seeded));
  }

  @Test
  void whileNoStoreWasReadTheAgeDoesNotShrink() throws Exception {
    Instant since = Instant.now().minus(Duration.ofHours(3));
    LocalSnapshot local = new LocalSnapshot(folder, snapshots, loaded, Optional.of(since));
    take(local, team("t", "a", 5));
    local.close();
    assertTrue(local.state().age().orElseThrow().toMinutes() >= 180, local.state().toString());
    assertFalse(local.state().caughtUp());
    assertEquals(
        since.toEpochMilli(), new SnapshotFile(folder, box).read(row -> {}).toEpochMilli());
  }

  @Test
  void aNodeThatStartedDarkTakesWhatIsNewerFromTheStoreOnceItIsBack() throws Exception {
    snapshots.takeFromStore(List.of(team("old", "a", 5), team("newer here", "mine", 9)));
    store.migrate();
    store.write(
        List.of(
            codec.row(team("old", "b", 6)),
            codec.row(team("newer here", "theirs", 8)),
            codec.row(team("added", "c", 7))));
    store.setWriteDown(true);
    store.setReadDown(true);
    LocalSnapshot local =
        new LocalSnapshot(folder, snapshots, loaded, Optional.of(Instant.now().minusSeconds(60)));
    BootReport boot =
        new BootReport("n1", 1, "1", "local", 2, Duration.ZERO, Optional.of(Instant.now()));
    CatchUp catchUp = new CatchUp(snapshots, loaded, local, boot);
    try {
      catchUp.bindStore(store);
      assertFalse(local.state().caughtUp());
      store.setReadDown(false);
      await(() -> snapshots.current().team("added").isPresent());
      assertFalse(local.state().caughtUp(), "a replica may lag, the write endpoint decides");
      store.setWriteDown(false);
      await(() -> local.state().caughtUp());
      assertEquals("b", snapshots.current().team("old").orElseThrow().name());
      assertEquals("mine", snapshots.current().team("newer here").orElseThrow().name());
    } finally {
      catchUp.close();
      local.close();
    }
    assertTrue(local.state().age().orElseThrow().toSeconds() < 60, "it is of now");
  }

  private void take(LocalSnapshot local, Change... changes) {
    snapshots.takeFromStore(List.of(changes));
    local.published(snapshots.current(), List.of(changes));
  }

  private static Change team(String id, String name, long time) {
    return Change.put(new Team(id, name, Optional.empty(), Limits.NONE), new Version(time, "n2"));
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, "it does not happen");
      Thread.sleep(10);
    }
  }
}
