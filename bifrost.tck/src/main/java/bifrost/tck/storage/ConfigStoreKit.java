package bifrost.tck.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.ConfigStore.Endpoint;
import bifrost.api.storage.StoreException;
import bifrost.api.storage.StoredEntity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link ConfigStore} must do. */
public abstract class ConfigStoreKit {
  private static final long SECONDS = 60;

  private ConfigStore store;

  /** Opens a store onto an empty database of this test. */
  protected abstract ConfigStore open() throws Exception;

  /** Opens one more store onto the same database, as another node would. */
  protected abstract ConfigStore openAnother() throws Exception;

  /** Opens a store whose database cannot be reached; empty where there is no such thing. */
  protected abstract Optional<ConfigStore> openUnreachable() throws Exception;

  /** Closes all that was opened. */
  protected abstract void closeAll() throws Exception;

  /** How many rows the test of a large load writes. */
  protected int manyRows() {
    return 20_000;
  }

  @BeforeEach
  final void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  final void closeStores() throws Exception {
    closeAll();
  }

  @Test
  @DisplayName("S1 a database without schema is refused for good, and says so")
  void loadWithoutSchemaIsRefused() {
    StoreException e = assertThrows(StoreException.class, () -> load(Endpoint.READ));
    assertFalse(e.isTransient(), "no later try succeeds without a migration");
    assertTrue(e.getMessage().contains("no schema"), e.getMessage());
  }

  @Test
  @DisplayName("S2 a migration may be repeated")
  void migrateTwice() {
    store.migrate();
    store.write(List.of(row("a", 1, "n1", "one")));
    store.migrate();
    assertEquals(1, load(Endpoint.READ).size());
  }

  @Test
  @DisplayName("S3 nodes may migrate at once")
  void migrateConcurrently() throws Exception {
    List<ConfigStore> nodes = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      nodes.add(openAnother());
    }
    List<Callable<Void>> migrations = new ArrayList<>();
    for (ConfigStore node : nodes) {
      migrations.add(
          () -> {
            node.migrate();
            return null;
          });
    }
    inParallel(migrations);
    assertEquals(0, load(Endpoint.WRITE).size());
  }

  @Test
  @DisplayName("S4 a row comes back as it was written, on both endpoints")
  void rowsComeBack() {
    store.migrate();
    StoredEntity plain = row("a", 7, "n1", "{\"v\":1,\"text\":\"\u00e4\u4e2d\ud83d\ude00 '\\\"\"}");
    StoredEntity seeded =
        new StoredEntity(
            EntityType.PROVIDER, "openai", new Version(8, "n2"), Optional.of("x"), "hash|1$2");
    StoredEntity tombstone =
        new StoredEntity(EntityType.TEAM, "t", new Version(9, "n1"), Optional.empty(), "");
    assertEquals(3, store.write(List.of(plain, seeded, tombstone)));
    for (Endpoint endpoint : Endpoint.values()) {
      Map<String, StoredEntity> rows = load(endpoint);
      assertEquals(plain, rows.get("virtual_key/a"));
      assertEquals(seeded, rows.get("provider/openai"));
      assertEquals(tombstone, rows.get("team/t"));
    }
  }

  @Test
  @DisplayName("S5 the newer version wins, whatever the order")
  void newerVersionWins() {
    store.migrate();
    assertEquals(1, store.write(List.of(row("a", 5, "n1", "five"))));
    assertEquals(0, store.write(List.of(row("a", 4, "n9", "four"))));
    assertEquals("five", content("a"));
    assertEquals(1, store.write(List.of(row("a", 6, "n0", "six"))));
    assertEquals("six", content("a"));
  }

  @Test
  @DisplayName("S6 between equal times the greater node id wins")
  void nodeIdDecidesBetweenEqualTimes() {
    store.migrate();
    store.write(List.of(row("a", 5, "n2", "two")));
    assertEquals(0, store.write(List.of(row("a", 5, "n1", "one"))));
    assertEquals(1, store.write(List.of(row("a", 5, "n3", "three"))));
    assertEquals(1, store.write(List.of(row("a", 5, "n3a", "longer"))));
    assertEquals(0, store.write(List.of(row("a", 5, "N9", "upper case is smaller"))));
    assertEquals("longer", content("a"));
  }

  @Test
  @DisplayName("S7 a replay changes nothing")
  void replayChangesNothing() {
    store.migrate();
    List<StoredEntity> rows = List.of(row("a", 1, "n1", "a"), row("b", 2, "n1", "b"));
    assertEquals(2, store.write(rows));
    assertEquals(0, store.write(rows));
    assertEquals(2, load(Endpoint.READ).size());
  }

  @Test
  @DisplayName("S8 a tombstone stays, and an older change does not bring the row back")
  void tombstonesStay() {
    store.migrate();
    store.write(List.of(row("a", 1, "n1", "a")));
    StoredEntity tombstone =
        new StoredEntity(EntityType.VIRTUAL_KEY, "a", new Version(3, "n1"), Optional.empty(), "");
    assertEquals(1, store.write(List.of(tombstone)));
    assertEquals(0, store.write(List.of(row("a", 2, "n1", "late"))));
    assertEquals(Optional.empty(), load(Endpoint.READ).get("virtual_key/a").content());
    assertEquals(1, store.write(List.of(row("a", 4, "n1", "again"))));
    assertEquals("again", content("a"));
  }

  @Test
  @DisplayName("S9 a row without a seed hash keeps the stored one")
  void seedHashIsKept() {
    store.migrate();
    store.write(List.of(seeded(1, "file", "h1")));
    store.write(List.of(row("a", 2, "n1", "edited")));
    assertEquals("h1", load(Endpoint.READ).get("virtual_key/a").seedHash());
    store.write(List.of(seeded(3, "file again", "h2")));
    assertEquals("h2", load(Endpoint.READ).get("virtual_key/a").seedHash());
  }

  @Test
  @DisplayName("S10 an empty write is nothing")
  void emptyWrite() {
    store.migrate();
    assertEquals(0, store.write(List.of()));
  }

  @Test
  @DisplayName("S11 many rows are written and streamed back")
  void manyRowsAreStreamed() {
    store.migrate();
    List<StoredEntity> rows = new ArrayList<>();
    for (int i = 0; i < manyRows(); i++) {
      rows.add(row("vk-" + i, i + 1, "n" + i % 3, "content " + i));
    }
    Collections.shuffle(rows, new Random(1));
    assertEquals(manyRows(), store.write(rows));
    int[] seen = {0};
    Map<String, String> ids = new HashMap<>();
    long count =
        store.load(
            Endpoint.READ,
            row -> {
              seen[0]++;
              ids.put(row.id(), row.content().orElseThrow());
            });
    assertEquals(manyRows(), count);
    assertEquals(manyRows(), seen[0]);
    assertEquals(manyRows(), ids.size());
    assertEquals("content 77", ids.get("vk-77"));
  }

  @Test
  @DisplayName("S12 a load sees one state, whatever is written meanwhile")
  void loadIsRepeatable() throws Exception {
    store.migrate();
    ConfigStore writer = openAnother();
    List<StoredEntity> first = new ArrayList<>();
    for (int i = 0; i < 6_000; i++) {
      first.add(row("%05d".formatted(i), 1, "n1", "old"));
    }
    store.write(first);
    List<String> contents = new ArrayList<>();
    store.load(
        Endpoint.READ,
        row -> {
          if (contents.isEmpty()) {
            writer.write(
                List.of(row("05999", 2, "n1", "new"), row("zzzzz", 2, "n1", "added meanwhile")));
          }
          contents.add(row.content().orElse(""));
        });
    assertEquals(6_000, contents.size());
    assertTrue(contents.stream().allMatch("old"::equals), "a later write was seen");
    assertEquals(6_001, load(Endpoint.READ).size());
  }

  @Test
  @DisplayName("S13 what the consumer throws ends the load, and the store goes on")
  void consumerEndsTheLoad() {
    store.migrate();
    store.write(List.of(row("a", 1, "n1", "a")));
    for (int i = 0; i < 20; i++) {
      assertThrows(
          IllegalStateException.class,
          () ->
              store.load(
                  Endpoint.READ,
                  row -> {
                    throw new IllegalStateException("enough");
                  }));
    }
    assertEquals(1, load(Endpoint.READ).size());
  }

  @Test
  @DisplayName("S14 writers may meet: the newest wins, nothing is lost")
  void concurrentWriters() throws Exception {
    store.migrate();
    List<Callable<Void>> writers = new ArrayList<>();
    for (int w = 0; w < 4; w++) {
      ConfigStore node = openAnother();
      int writer = w;
      writers.add(
          () -> {
            Random random = new Random(writer);
            for (int i = 1; i <= 40; i++) {
              List<StoredEntity> rows = new ArrayList<>();
              for (int k = 0; k < 10; k++) {
                rows.add(row("k" + k, i, "n" + writer, writer + "/" + i));
              }
              Collections.shuffle(rows, random);
              node.write(rows);
            }
            return null;
          });
    }
    inParallel(writers);
    Map<String, StoredEntity> rows = load(Endpoint.READ);
    assertEquals(10, rows.size());
    rows.values().forEach(row -> assertEquals(new Version(40, "n3"), row.version()));
    rows.values().forEach(row -> assertEquals("3/40", row.content().orElseThrow()));
  }

  @Test
  @DisplayName("S15 a database that cannot be reached is worth trying again, and named")
  void unreachableIsTransient() throws Exception {
    Optional<ConfigStore> away = openUnreachable();
    if (away.isEmpty()) {
      return;
    }
    List<StoredEntity> rows = List.of(row("a", 1, "n1", "a"));
    for (Runnable call :
        List.<Runnable>of(
            () -> away.get().migrate(),
            () -> away.get().load(Endpoint.READ, row -> {}),
            () -> away.get().write(rows))) {
      StoreException e = assertThrows(StoreException.class, call::run);
      assertTrue(e.isTransient(), e.getMessage());
      assertFalse(e.getMessage().contains("secret"), "a credential stands in: " + e.getMessage());
    }
  }

  @Test
  @DisplayName("S16 the description names the place and no credential")
  void descriptionHasNoCredential() {
    assertFalse(store.description().isBlank());
    assertFalse(store.description().contains("secret"), store.description());
  }

  private Map<String, StoredEntity> load(Endpoint endpoint) {
    Map<String, StoredEntity> rows = new HashMap<>();
    long count = store.load(endpoint, row -> rows.put(row.type().label() + "/" + row.id(), row));
    assertEquals(rows.size(), count);
    return rows;
  }

  private String content(String id) {
    return load(Endpoint.READ).get("virtual_key/" + id).content().orElseThrow();
  }

  private static StoredEntity row(String id, long time, String node, String content) {
    return new StoredEntity(
        EntityType.VIRTUAL_KEY, id, new Version(time, node), Optional.of(content), "");
  }

  private static StoredEntity seeded(long time, String content, String hash) {
    return new StoredEntity(
        EntityType.VIRTUAL_KEY, "a", new Version(time, "n1"), Optional.of(content), hash);
  }

  private static void inParallel(List<Callable<Void>> tasks) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
      for (Future<Void> task : threads.invokeAll(tasks, SECONDS, TimeUnit.SECONDS)) {
        task.get();
      }
    }
  }
}
