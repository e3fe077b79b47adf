package bifrost.tck.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.governance.Charged;
import bifrost.api.journal.JournalStream;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.UsageTotal;
import bifrost.api.journal.Writer;
import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.storage.ConfigStore.Endpoint;
import bifrost.api.storage.JournalBatch;
import bifrost.api.storage.JournalBatch.Numbered;
import bifrost.api.storage.JournalStore;
import bifrost.api.storage.LogFilter;
import bifrost.api.storage.LogFilter.Range;
import bifrost.api.storage.LogPage;
import bifrost.api.storage.LogQuery;
import bifrost.api.storage.LogStats;
import bifrost.api.storage.LogStore;
import bifrost.api.storage.StoreException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link LogStore} must do. */
public abstract class LogStoreKit {
  private static final long START = 1_767_225_600_000L;
  private static final long HOUR = 3_600_000;
  private static final LogFilter DAY = LogFilter.between(START, START + 24 * HOUR);

  private JournalStore writer;
  private LogStore store;

  /** Opens what writes the logs, onto an empty database of this test. */
  protected abstract JournalStore openWriter() throws Exception;

  /** Opens a store onto the same database. */
  protected abstract LogStore open() throws Exception;

  /** Opens a store whose database cannot be reached. */
  protected abstract LogStore openUnreachable() throws Exception;

  /** Closes all that was opened. */
  protected abstract void closeAll() throws Exception;

  @BeforeEach
  final void openStores() throws Exception {
    writer = openWriter();
    store = open();
  }

  @AfterEach
  final void closeStores() throws Exception {
    closeAll();
  }

  @Test
  @DisplayName("L1 logs come as they were written, the newest first")
  void newestFirst() {
    writer.migrate();
    RequestLog older = log("r1", START, "gpt-a", "");
    RequestLog newer = log("r2", START + 1, "gpt-b", "upstream_error");
    write("node-1", 0, older, newer);

    LogPage page = page(DAY, Optional.empty(), 10);

    assertEquals(List.of(newer, older), logs(page));
    assertEquals(Optional.empty(), page.next());
    assertEquals(new LogQuery.Cursor(START + 1, "node-1", 1, 2), page.entries().getFirst().place());
  }

  @Test
  @DisplayName("L2 pages hold every log once, though many have one time and others come meanwhile")
  void pagesAreWhole() {
    writer.migrate();
    for (String node : List.of("node-1", "node-2", "node-10")) {
      RequestLog[] logs =
          LongStream.rangeClosed(1, 20)
              .mapToObj(i -> log(node + "-" + i, START + 1_000 + i / 10, "m", ""))
              .toArray(RequestLog[]::new);
      write(node, 0, logs);
    }
    Set<String> ids = new HashSet<>();
    List<Long> times = new ArrayList<>();
    Optional<LogQuery.Cursor> after = Optional.empty();
    int pages = 0;
    do {
      LogPage page = page(DAY, after, 7);
      for (LogPage.Entry entry : page.entries()) {
        assertTrue(ids.add(entry.log().id()), "twice: " + entry);
        times.add(entry.log().startMillis());
      }
      after = page.next();
      write("node-3", pages++, log("later-" + pages, START + 2_000 + pages, "m", ""));
    } while (after.isPresent());

    assertEquals(60, ids.size());
    assertEquals(9, pages);
    assertEquals(times.stream().sorted((a, b) -> Long.compare(b, a)).toList(), times);
  }

  @Test
  @DisplayName("L3 a page that ends where the logs end is the last one")
  void lastPage() {
    writer.migrate();
    write("node-1", 0, log("r1", START, "m", ""), log("r2", START, "m", ""));

    assertEquals(Optional.empty(), page(DAY, Optional.empty(), 2).next());
    LogPage first = page(DAY, Optional.empty(), 1);
    LogPage second = page(DAY, first.next(), 1);
    assertEquals(1, second.entries().size());
    assertEquals(Optional.empty(), second.next());
  }

  @Test
  @DisplayName("L4 the range of time includes its start and not its end")
  void halfOpenRange() {
    writer.migrate();
    write("node-1", 0, log("r1", START, "m", ""), log("r2", START + 10, "m", ""));

    assertEquals(List.of("r1"), ids(LogFilter.between(START, START + 10)));
    assertEquals(List.of("r2"), ids(LogFilter.between(START + 1, START + 11)));
    assertEquals(List.of(), ids(LogFilter.between(START + 11, START + 12)));
  }

  @Test
  @DisplayName("L5 each condition narrows, and all together")
  void conditions() {
    writer.migrate();
    write("node-1", 0, log("ok", START, "gpt-a", ""), log("bad", START, "gpt-b", "cut"));
    Set<String> none = Set.of();
    Set<String> a = Set.of("gpt-a", "gpt-x");

    assertEquals(List.of("ok"), ids(filter(none, a, none, none, none, Optional.empty())));
    assertEquals(List.of(), ids(filter(Set.of("no"), a, none, none, none, Optional.empty())));
    assertEquals(
        Set.of("ok", "bad"),
        Set.copyOf(
            ids(
                filter(
                    Set.of("openai"), none, Set.of("vk-1"), Set.of("t"), none, Optional.empty()))));
    assertEquals(List.of("ok"), ids(filter(none, none, none, none, none, Optional.of(true))));
    assertEquals(
        List.of("bad"), ids(filter(none, none, none, none, Set.of("cut"), Optional.of(false))));
    assertEquals(List.of(), ids(filter(none, a, none, none, none, Optional.of(false))));
  }

  @Test
  @DisplayName("L6 numbers lie within their ranges, both ends included")
  void ranges() {
    writer.migrate();
    write("node-1", 0, log("r", START, "m", ""));
    Range any = Range.ANY;

    assertEquals(List.of("r"), ids(ranges(new Range(1_500, 1_500), any, any)));
    assertEquals(List.of(), ids(ranges(new Range(1_501, Long.MAX_VALUE), any, any)));
    assertEquals(List.of("r"), ids(ranges(any, new Range(30, 30), any)));
    assertEquals(List.of(), ids(ranges(any, new Range(Long.MIN_VALUE, 29), any)));
    assertEquals(List.of("r"), ids(ranges(any, any, new Range(0, 123_456_789L))));
    assertEquals(List.of(), ids(ranges(any, any, new Range(123_456_790L, 200_000_000L))));
  }

  @Test
  @DisplayName("L7 a value is never taken for a part of the question")
  void valuesAreValues() {
    writer.migrate();
    write("node-1", 0, log("r", START, "m", ""));
    Set<String> none = Set.of();

    for (String hostile : List.of("' OR '1'='1", "m' --", "\\", "%", "_", "m\\'", "\u0001")) {
      assertEquals(
          List.of(), ids(filter(none, Set.of(hostile), none, none, none, Optional.empty())));
      assertEquals(Optional.empty(), store.log(Endpoint.READ, hostile));
    }
  }

  @Test
  @DisplayName("L8 a request is found by its id")
  void byId() {
    writer.migrate();
    RequestLog log = log("r2", START, "m", "");
    write("node-1", 0, log("r1", START, "m", ""), log, log("r3", START, "m", ""));

    assertEquals(log, store.log(Endpoint.WRITE, "r2").orElseThrow().log());
    assertEquals(Optional.empty(), store.log(Endpoint.WRITE, "r4"));
  }

  @Test
  @DisplayName("L9 sums are of all that matches, totals included where the filter covers them")
  void sums() {
    writer.migrate();
    assertEquals(new LogStats(0, 0, 0, 0, 0, 0, 0), store.stats(Endpoint.READ, DAY));
    write("node-1", 0, log("ok", START, "gpt-a", ""), log("bad", START, "gpt-b", "cut"));
    writer.write(
        new JournalBatch(
            new Writer("node-2", 1),
            JournalStream.ACCOUNTING,
            0,
            1,
            List.of(),
            List.of(
                new Numbered<>(
                    1,
                    new UsageTotal(
                        START, 3_600, "vk-1", "t", "c", "openai", "gpt-a", 10, 3, 200, 100, 7))),
            List.of(),
            List.of(),
            List.of()));
    Set<String> none = Set.of();

    assertEquals(
        new LogStats(12, 8, 220, 140, 246_913_585L, 2, 3_000), store.stats(Endpoint.READ, DAY));
    assertEquals(
        new LogStats(11, 8, 210, 120, 123_456_796L, 1, 1_500),
        store.stats(
            Endpoint.READ, filter(none, Set.of("gpt-a"), none, none, none, Optional.empty())));
    assertEquals(
        new LogStats(1, 0, 10, 20, 123_456_789L, 1, 1_500),
        store.stats(Endpoint.READ, filter(none, none, none, none, none, Optional.of(false))));
  }

  @Test
  @DisplayName("L10 a database that has no schema or cannot be reached is a StoreException")
  void unreachable() throws Exception {
    assertThrows(StoreException.class, () -> store.stats(Endpoint.READ, DAY));
    LogStore away = openUnreachable();
    StoreException e = assertThrows(StoreException.class, () -> away.log(Endpoint.READ, "r"));
    assertTrue(e.isTransient(), e.getMessage());
  }

  private LogPage page(LogFilter filter, Optional<LogQuery.Cursor> after, int limit) {
    return store.logs(Endpoint.READ, new LogQuery(filter, after, limit));
  }

  private List<String> ids(LogFilter filter) {
    return logs(page(filter, Optional.empty(), 100)).stream().map(RequestLog::id).toList();
  }

  private static List<RequestLog> logs(LogPage page) {
    return page.entries().stream().map(LogPage.Entry::log).toList();
  }

  private void write(String node, long after, RequestLog... logs) {
    List<Numbered<RequestLog>> numbered = new ArrayList<>();
    for (RequestLog log : logs) {
      numbered.add(new Numbered<>(after + numbered.size() + 1, log));
    }
    writer.write(
        new JournalBatch(
            new Writer(node, 1),
            JournalStream.ACCOUNTING,
            after,
            after + logs.length,
            numbered,
            List.of(),
            List.of(),
            List.of(),
            List.of()));
  }

  private static LogFilter filter(
      Set<String> providers,
      Set<String> models,
      Set<String> keys,
      Set<String> teams,
      Set<String> errors,
      Optional<Boolean> succeeded) {
    return new LogFilter(
        DAY.fromMillis(),
        DAY.untilMillis(),
        Set.of(),
        providers,
        models,
        keys,
        teams,
        Set.of(),
        errors,
        succeeded,
        Range.ANY,
        Range.ANY,
        Range.ANY);
  }

  private static LogFilter ranges(Range latency, Range tokens, Range cost) {
    Set<String> none = Set.of();
    return new LogFilter(
        DAY.fromMillis(),
        DAY.untilMillis(),
        Set.of(Operation.CHAT_COMPLETION),
        none,
        none,
        none,
        none,
        Set.of("c"),
        none,
        Optional.empty(),
        latency,
        tokens,
        cost);
  }

  private static RequestLog log(String id, long start, String model, String error) {
    return new RequestLog(
        id,
        start,
        Operation.CHAT_COMPLETION,
        "openai",
        model,
        model + "-wire",
        "key-1",
        "primary",
        new Charged("vk-1", "web", "t", "c"),
        2,
        1,
        true,
        error.isEmpty() ? 200 : 502,
        error,
        new Usage(10, 20, 3, 4, 5, 6, 7, 8),
        123_456_789L,
        1_500,
        -1);
  }
}
