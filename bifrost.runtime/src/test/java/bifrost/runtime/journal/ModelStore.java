package bifrost.runtime.journal;

import bifrost.api.journal.CounterValue;
import bifrost.api.journal.JournalStream;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.UsageTotal;
import bifrost.api.journal.Writer;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.JournalBatch;
import bifrost.api.storage.JournalStore;
import bifrost.api.storage.RejectedBatchException;
import bifrost.api.storage.StoreException;
import bifrost.api.storage.StoredEntity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A store in memory that fails before or after its commit, and that refuses to hide a mistake of
 * the drain: a row that comes twice is an error here.
 */
final class ModelStore implements JournalStore {
  private record Stream(Writer writer, JournalStream stream) {}

  private record Slot(Writer writer, String counter, long window) {}

  final Map<String, RequestLog> logs = new HashMap<>();
  final List<UsageTotal> totals = new ArrayList<>();
  final Map<String, StoredEntity> configs = new HashMap<>();
  final List<String> payloads = new ArrayList<>();
  final List<String> arrivals = new ArrayList<>();
  private final Map<Slot, Long> counters = new HashMap<>();
  private final Map<Stream, Long> watermarks = new HashMap<>();
  private final Random random;
  boolean away;
  double failureRate;
  String poison = "";
  boolean defect;
  int calls;
  int batches;
  int largest;

  ModelStore(long seed) {
    random = new Random(seed);
  }

  long requests() {
    return logs.size() + totals.stream().mapToLong(UsageTotal::requests).sum();
  }

  long cost() {
    return logs.values().stream().mapToLong(RequestLog::costNanos).sum()
        + totals.stream().mapToLong(UsageTotal::costNanos).sum();
  }

  long inputTokens() {
    return logs.values().stream().mapToLong(log -> log.usage().inputTokens()).sum()
        + totals.stream().mapToLong(UsageTotal::inputTokens).sum();
  }

  long errors() {
    return logs.values().stream().filter(log -> !log.errorType().isEmpty()).count()
        + totals.stream().mapToLong(UsageTotal::errors).sum();
  }

  long counter(Writer writer, String id) {
    return counters.getOrDefault(new Slot(writer, id, Records.START), 0L);
  }

  void forgetWatermark(Writer writer, JournalStream stream, long value) {
    watermarks.put(new Stream(writer, stream), value);
  }

  @Override
  public String description() {
    return "model store";
  }

  @Override
  public void migrate() {
    fail();
  }

  @Override
  public long watermark(Writer writer, JournalStream stream) {
    fail();
    return watermarks.getOrDefault(new Stream(writer, stream), 0L);
  }

  @Override
  public long write(JournalBatch batch) {
    fail();
    if (defect) {
      defect = false;
      throw new IllegalStateException("a defect of the store");
    }
    Stream key = new Stream(batch.writer(), batch.stream());
    long stored = watermarks.getOrDefault(key, 0L);
    if (stored != batch.after()) {
      return stored;
    }
    if (batch.logs().stream().anyMatch(row -> row.record().id().equals(poison))) {
      throw new RejectedBatchException("a row breaks a rule", null);
    }
    batches++;
    largest = Math.max(largest, batch.rows());
    long last = batch.after();
    for (JournalBatch.Numbered<RequestLog> row : batch.logs()) {
      require(row.seq() > last && row.seq() <= batch.through(), "log out of order");
      last = row.seq();
      require(logs.put(row.record().id(), row.record()) == null, "stored twice: " + row.record());
      arrivals.add("log");
    }
    for (JournalBatch.Numbered<UsageTotal> row : batch.totals()) {
      require(row.seq() > batch.after() && row.seq() <= batch.through(), "total out of order");
      totals.add(row.record());
    }
    batch.payloads().forEach(row -> payloads.add(row.record().id()));
    for (CounterValue value : batch.counters()) {
      counters.merge(
          new Slot(batch.writer(), value.counter(), value.windowMillis()),
          value.value(),
          Math::max);
    }
    for (StoredEntity row : batch.configs()) {
      arrivals.add("config");
      configs.merge(
          row.id(), row, (old, next) -> next.version().isAfter(old.version()) ? next : old);
    }
    watermarks.put(key, batch.through());
    fail();
    return batch.through();
  }

  @Override
  public int deleteLogs(Instant before, int limit) {
    return 0;
  }

  Version version(String id) {
    return configs.containsKey(id) ? configs.get(id).version() : Version.NEVER;
  }

  private void fail() {
    calls++;
    if (away || random.nextDouble() < failureRate) {
      throw new StoreException("connection refused", true, null);
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new AssertionError(message);
    }
  }
}
