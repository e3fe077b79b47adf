package bifrost.runtime.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.journal.Journal;
import bifrost.api.journal.JournalRecord;
import bifrost.api.journal.JournalState;
import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.StoreException;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.snapshot.codec.EntityCodec;
import bifrost.runtime.snapshot.codec.KeyMaterial;
import bifrost.runtime.snapshot.codec.SecretBox;
import bifrost.tck.storage.MemoryConfigStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotServiceTest {
  private final TestClock wall = new TestClock(1_800_000_000_000L);
  private final EntityCodec codec =
      new EntityCodec(
          new SecretBox(new KeyMaterial.Generated(Secret.of("ab".repeat(32)), "file")),
          new Environment(name -> null));
  private final SnapshotService service =
      new SnapshotService(
          new LoadedSnapshot(MapSnapshot.EMPTY, new HybridClock("n1", wall), codec));
  private final MemoryConfigStore store = new MemoryConfigStore();

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void withoutJournalAChangeIsStoredBeforeItIsSeen() throws Exception {
    store.migrate();
    service.bindStore(store);
    service.put(ProviderConfig.named("a"), Optional.empty());
    assertEquals(
        ProviderConfig.named("a"), codec.change(store.rows().get(0)).content().orElseThrow());
    store.setWriteDown(true);
    assertThrows(
        StoreException.class, () -> service.put(ProviderConfig.named("b"), Optional.empty()));
    assertFalse(service.current().provider("b").isPresent());
  }

  @Test
  void withAJournalTheStoreIsNotAsked() {
    store.setWriteDown(true);
    service.bindStore(store);
    RecordingJournal journal = new RecordingJournal();
    service.bindJournal(journal);
    service.put(ProviderConfig.named("a"), Optional.empty());
    service.merge(
        List.of(
            Change.put(
                ProviderConfig.named("b"),
                Version.of(0, false, 1_800_000_000_000L << Version.COUNTER_BITS, "n2"))));
    assertEquals(2, journal.records.size());
    assertTrue(service.current().provider("b").isPresent());
    service.unbindJournal(journal);
    assertThrows(
        StoreException.class, () -> service.put(ProviderConfig.named("c"), Optional.empty()));
  }

  @Test
  void withNeitherAChangeIsRefusedForNow() {
    StoreException e =
        assertThrows(
            StoreException.class, () -> service.remove(EntityType.TEAM, "t", Optional.empty()));
    assertTrue(e.isTransient());
  }

  @Test
  void whatDoesNotFitTheStoreIsRefused() {
    service.bindJournal(new RecordingJournal());
    for (String id : List.of("", "x".repeat(257), "a\nb")) {
      assertEquals(
          "id",
          assertThrows(
                  InvalidConfigException.class,
                  () ->
                      service.put(
                          new Team(id, "n", Optional.empty(), Limits.NONE), Optional.empty()))
              .path());
      assertEquals(
          List.of(),
          service.merge(
              List.of(
                  Change.remove(
                      EntityType.TEAM,
                      id,
                      Version.of(0, true, 1_800_000_000_000L << Version.COUNTER_BITS, "n2")))));
    }
    Team large = new Team("t", "n".repeat(1_100_000), Optional.empty(), Limits.NONE);
    assertThrows(InvalidConfigException.class, () -> service.put(large, Optional.empty()));
  }

  private static final class RecordingJournal implements Journal {
    private final List<JournalRecord> records = new ArrayList<>();

    @Override
    public Appended append(JournalRecord record) {
      records.add(record);
      return Appended.KEPT;
    }

    @Override
    public JournalState state() {
      throw new UnsupportedOperationException();
    }
  }
}
