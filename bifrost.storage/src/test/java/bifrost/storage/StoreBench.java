package bifrost.storage;

import bifrost.api.governance.Charged;
import bifrost.api.journal.CounterValue;
import bifrost.api.journal.JournalStream;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.Writer;
import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.storage.JournalBatch;
import bifrost.api.storage.JournalBatch.Numbered;
import bifrost.tck.postgres.PostgresServer;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Measures how many request logs a second one node writes to a local PostgreSQL, in batches as the
 * journal's drain makes them: 2,000 logs and 50 counters to a transaction. Argument: how many logs.
 */
public final class StoreBench {
  private static final int BATCH = 2_000;

  /** Rows in a second, by the design. */
  private static final int TARGET = 10_000;

  private StoreBench() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    long logs = args.length > 0 ? Long.parseLong(args[0]) : 200_000;
    TestStores stores = TestStores.postgres();
    try (PostgresServer server = PostgresServer.start()) {
      JdbcStore store = stores.open(PostgresDatabases.create(server));
      store.migrate();
      write(store, new Writer("warm-up", 1), 20_000);
      long start = System.nanoTime();
      write(store, new Writer("node", 1), logs);
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%s  request logs written to a local PostgreSQL in a second: %,.0f, at least %,d%n",
          logs / seconds >= TARGET ? "PASS" : "MISS",
          logs / seconds,
          TARGET);
      stores.closeAll();
    }
  }

  private static void write(JdbcStore store, Writer writer, long logs) {
    for (long after = 0; after < logs; after += BATCH) {
      long through = Math.min(logs, after + BATCH);
      JournalBatch batch =
          new JournalBatch(
              writer,
              JournalStream.ACCOUNTING,
              after,
              through,
              LongStream.rangeClosed(after + 1, through)
                  .mapToObj(seq -> new Numbered<>(seq, log(seq)))
                  .toList(),
              List.of(),
              List.of(),
              counters(through),
              List.of());
      if (store.write(batch) != through) {
        throw new IllegalStateException("a batch was not written");
      }
    }
  }

  private static List<CounterValue> counters(long value) {
    return IntStream.range(0, 50)
        .mapToObj(i -> new CounterValue("budget-" + i, 0, Long.MAX_VALUE / 2, value))
        .toList();
  }

  private static RequestLog log(long number) {
    return new RequestLog(
        "01a2045285985d7b0f19%012d".formatted(number),
        1_767_225_600_000L + number,
        Operation.CHAT_COMPLETION,
        "openai",
        "gpt-4o-mini",
        "gpt-4o-mini",
        "key-1",
        "primary",
        new Charged("vk-" + number % 500, "web", "team-1", ""),
        1,
        0,
        true,
        200,
        "",
        Usage.ofTokens(1_000, 250),
        123_456,
        1_500_000,
        200_000);
  }
}
