package bifrost.tck.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.governance.Charged;
import bifrost.api.journal.AuditEvent;
import bifrost.api.journal.CounterValue;
import bifrost.api.journal.JournalStream;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.RequestPayload;
import bifrost.api.journal.UsageTotal;
import bifrost.api.journal.Writer;
import bifrost.api.ledger.Slot;
import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.CounterStore;
import bifrost.api.storage.JournalBatch;
import bifrost.api.storage.JournalBatch.Numbered;
import bifrost.api.storage.JournalStore;
import bifrost.api.storage.StoreException;
import bifrost.api.storage.StoredEntity;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link JournalStore} must do. */
public abstract class JournalStoreKit {
  /** When the records of these tests come in, in milliseconds since the epoch. */
  protected static final long START = 1_767_225_600_000L;

  /** The writer of most of these tests. */
  protected static final Writer WRITER = new Writer("node-1", 7);

  private static final long SECONDS = 60;

  private JournalStore store;

  /** Opens a store onto an empty database of this test. */
  protected abstract JournalStore open() throws Exception;

  /** Opens one more store onto the same database, as another node would. */
  protected abstract JournalStore openAnother() throws Exception;

  /** Opens a store whose database cannot be reached; empty where there is no such thing. */
  protected abstract Optional<JournalStore> openUnreachable() throws Exception;

  /** The rows of a table. */
  protected abstract long count(String table) throws Exception;

  /** Reads counters of the same database. */
  protected abstract CounterStore counters() throws Exception;

  /** Reads configuration of the same database. */
  protected abstract ConfigStore configuration() throws Exception;

  /** Closes all that was opened. */
  protected abstract void closeAll() throws Exception;

  @BeforeEach
  final void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  final void closeStores() throws Exception {
    closeAll();
  }

  @Test
  @DisplayName("J1 a batch is written with all that it holds, and moves the watermark")
  void batchIsWritten() throws Exception {
    store.migrate();
    assertEquals(0, store.watermark(WRITER, JournalStream.ACCOUNTING));
    JournalBatch batch =
        new JournalBatch(
            WRITER,
            JournalStream.ACCOUNTING,
            0,
            9,
            List.of(new Numbered<>(1, log(1)), new Numbered<>(2, log(2))),
            List.of(new Numbered<>(5, total(3))),
            List.of(new Numbered<>(6, payload(4))),
            List.of(slot("c", 10)),
            List.of(row("vk-1", 3, "three")),
            List.of(new Numbered<>(7, audit())));

    assertEquals(9, store.write(batch));

    assertEquals(9, store.watermark(WRITER, JournalStream.ACCOUNTING));
    assertEquals(0, store.watermark(WRITER, JournalStream.PAYLOAD));
    assertEquals(0, store.watermark(new Writer("node-1", 8), JournalStream.ACCOUNTING));
    assertEquals(2, count("request_log"));
    assertEquals(1, count("usage_total"));
    assertEquals(1, count("request_payload"));
    assertEquals(1, count("audit_log"));
    assertEquals(Map.of("c", 10L), slots());
    assertEquals("three", content("vk-1"));
  }

  @Test
  @DisplayName("J2 a batch that comes twice changes nothing the second time")
  void replayChangesNothing() throws Exception {
    store.migrate();
    JournalBatch batch = logs(0, 1, 50);
    assertEquals(50, store.write(batch));
    assertEquals(50, store.write(batch));
    assertEquals(50, count("request_log"));
  }

  @Test
  @DisplayName("J3 a batch that follows another watermark writes nothing and says where it is")
  void otherWatermarkIsRefused() throws Exception {
    store.migrate();
    store.write(logs(0, 1, 10));
    assertEquals(10, store.write(logs(5, 6, 20)));
    assertEquals(10, store.write(logs(12, 13, 20)));
    assertEquals(10, count("request_log"));
    assertEquals(20, store.write(logs(10, 11, 20)));
    assertEquals(20, count("request_log"));
  }

  @Test
  @DisplayName("J4 counters are raised, never lowered, and belong to their writer")
  void countersAreRaised() throws Exception {
    store.migrate();
    store.write(counters(WRITER, 0, 1, slot("a", 5), slot("b", 7)));
    store.write(counters(WRITER, 1, 2, slot("a", 3), slot("b", 9)));
    store.write(counters(new Writer("node-1", 8), 0, 1, slot("a", 100)));

    assertEquals(Map.of("a", 105L, "b", 9L), slots());
    assertEquals(3, count("counter_slot"));
  }

  @Test
  @DisplayName("J5 counters of windows that have ended are not read back")
  void endedWindowsAreNotRead() throws Exception {
    store.migrate();
    store.write(counters(WRITER, 0, 1, slot("a", 5)));
    List<Slot> read = new ArrayList<>();
    counters().loadSlots(ConfigStore.Endpoint.WRITE, START + 86_400_000, read::add);
    assertEquals(List.of(), read);
    assertEquals(
        1, counters().loadSlots(ConfigStore.Endpoint.WRITE, START + 86_399_999, read::add));
    assertEquals(List.of(new Slot("a", START, START + 86_400_000, "node-1", 7, 5)), read);
  }

  @Test
  @DisplayName("J6 configuration follows its version, whatever batch it comes in")
  void configurationFollowsItsVersion() throws Exception {
    store.migrate();
    store.write(configs(0, 1, row("vk-1", 5, "five")));
    store.write(configs(1, 2, row("vk-1", 4, "four")));
    assertEquals("five", content("vk-1"));
    assertEquals(2, store.watermark(WRITER, JournalStream.CONFIG));
  }

  @Test
  @DisplayName("J7 text that a client chose is kept, whatever is in it")
  void wildTextIsKept() throws Exception {
    store.migrate();
    RequestLog wild = log("nul \0 quote ' emoji \ud83d\ude00 line \n" + "x".repeat(400));
    JournalBatch batch =
        new JournalBatch(
            WRITER,
            JournalStream.ACCOUNTING,
            0,
            1,
            List.of(new Numbered<>(1, wild)),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    assertEquals(1, store.write(batch));
    assertEquals(1, count("request_log"));
  }

  @Test
  @DisplayName("J8 many rows go in one batch")
  void manyRows() throws Exception {
    store.migrate();
    assertEquals(5_000, store.write(logs(0, 1, 5_000)));
    assertEquals(5_000, count("request_log"));
  }

  @Test
  @DisplayName("J9 nodes write at once, each its own")
  void nodesWriteAtOnce() throws Exception {
    store.migrate();
    List<Callable<Void>> nodes = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      JournalStore node = openAnother();
      Writer writer = new Writer("node-" + n, 1);
      nodes.add(
          () -> {
            for (int i = 0; i < 20; i++) {
              JournalBatch batch =
                  new JournalBatch(
                      writer,
                      JournalStream.ACCOUNTING,
                      i * 10L,
                      (i + 1) * 10L,
                      numbered(i * 10L + 1, (i + 1) * 10L),
                      List.of(),
                      List.of(),
                      List.of(slot("shared", i)),
                      List.of(row("vk-1", i * 10L + 1, "from " + writer)));
              assertEquals((i + 1) * 10L, node.write(batch));
            }
            return null;
          });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(nodes.size())) {
      for (Future<Void> node : threads.invokeAll(nodes, SECONDS, TimeUnit.SECONDS)) {
        node.get();
      }
    }
    assertEquals(800, count("request_log"));
    assertEquals(Map.of("shared", 4 * 19L), slots());
  }

  @Test
  @DisplayName("J10 old logs and payloads are deleted in batches, the others stay")
  void oldLogsAreDeleted() throws Exception {
    store.migrate();
    store.write(logs(0, 1, 100));
    store.write(payloads(100));
    Instant before = Instant.ofEpochMilli(START + 61_000);
    int deleted = 0;
    int batches = 0;
    int last;
    do {
      last = store.deleteLogs(before, 25);
      assertTrue(last <= 25, "deleted " + last);
      deleted += last;
      batches++;
    } while (last == 25);
    assertEquals(60, deleted);
    assertEquals(3, batches);
    assertEquals(40, count("request_log"));
    assertEquals(40, count("request_payload"));
  }

  @Test
  @DisplayName("J11 a database that cannot be reached is worth trying again, and named")
  void unreachableIsTransient() throws Exception {
    Optional<JournalStore> away = openUnreachable();
    if (away.isEmpty()) {
      return;
    }
    for (Runnable call :
        List.<Runnable>of(
            () -> away.get().watermark(WRITER, JournalStream.CONFIG),
            () -> away.get().write(logs(0, 1, 2)))) {
      StoreException e = assertThrows(StoreException.class, call::run);
      assertTrue(e.isTransient(), e.getMessage());
      assertFalse(e.getMessage().contains("secret"), "a credential stands in: " + e.getMessage());
    }
  }

  @Test
  @DisplayName("J12 without a schema nothing is written, and it can be tried again after migrating")
  void writeWithoutSchema() throws Exception {
    assertThrows(StoreException.class, () -> store.write(logs(0, 1, 2)));
    store.migrate();
    assertEquals(2, store.write(logs(0, 1, 2)));
  }

  private Map<String, Long> slots() throws Exception {
    Map<String, Long> sums = new HashMap<>();
    counters()
        .loadSlots(
            ConfigStore.Endpoint.READ,
            START,
            slot -> sums.merge(slot.counter(), slot.value(), Long::sum));
    return sums;
  }

  private String content(String id) throws Exception {
    Map<String, String> contents = new HashMap<>();
    configuration()
        .load(ConfigStore.Endpoint.WRITE, row -> contents.put(row.id(), row.content().orElse("")));
    return contents.get(id);
  }

  /** A batch of request logs. */
  protected static JournalBatch logs(long after, long from, long through) {
    return new JournalBatch(
        WRITER,
        JournalStream.ACCOUNTING,
        after,
        through,
        numbered(from, through),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static List<Numbered<RequestLog>> numbered(long from, long through) {
    return LongStream.rangeClosed(from, through)
        .mapToObj(seq -> new Numbered<>(seq, log(seq)))
        .toList();
  }

  private static JournalBatch counters(
      Writer writer, long after, long through, CounterValue... values) {
    return new JournalBatch(
        writer,
        JournalStream.ACCOUNTING,
        after,
        through,
        List.of(),
        List.of(),
        List.of(),
        List.of(values),
        List.of());
  }

  private static JournalBatch payloads(int through) {
    return new JournalBatch(
        WRITER,
        JournalStream.PAYLOAD,
        0,
        through,
        List.of(),
        List.of(),
        LongStream.rangeClosed(1, through)
            .mapToObj(seq -> new Numbered<>(seq, payload(seq)))
            .toList(),
        List.of(),
        List.of());
  }

  private static JournalBatch configs(long after, long through, StoredEntity... rows) {
    return new JournalBatch(
        WRITER,
        JournalStream.CONFIG,
        after,
        through,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(rows));
  }

  private static CounterValue slot(String counter, long value) {
    return new CounterValue(counter, START, START + 86_400_000, value);
  }

  private static StoredEntity row(String id, long version, String content) {
    return new StoredEntity(
        EntityType.VIRTUAL_KEY, id, new Version(version, "n"), Optional.of(content), "");
  }

  private static RequestLog log(long number) {
    return log("request-" + number, START + number * 1_000, "gpt-" + number % 3);
  }

  private static RequestLog log(String model) {
    return log("request", START, model);
  }

  private static RequestLog log(String id, long start, String model) {
    return new RequestLog(
        id,
        start,
        Operation.CHAT_COMPLETION,
        "openai",
        model,
        model,
        "key-1",
        "primary",
        new Charged("vk-1", "web", "team-1", ""),
        2,
        1,
        true,
        200,
        "",
        new Usage(10, 20, 3, 4, 5, 6, 7, 8),
        123_456_789L,
        1_500,
        -1);
  }

  private static AuditEvent audit() {
    return new AuditEvent(
        START,
        "admin",
        "192.0.2.1",
        "request-1",
        "update",
        "virtual_key",
        "vk-1",
        new Version(3, "node-1"),
        "name, budgets");
  }

  private static UsageTotal total(long requests) {
    return new UsageTotal(START, 3_600, "vk", "", "", "openai", "gpt", requests, 1, 2, 3, 4);
  }

  private static RequestPayload payload(long number) {
    return new RequestPayload(
        "request-" + number,
        START + number * 1_000,
        "question".getBytes(StandardCharsets.UTF_8),
        new byte[] {0, -1, 127},
        false);
  }
}
