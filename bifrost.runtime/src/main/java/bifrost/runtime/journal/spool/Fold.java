package bifrost.runtime.journal.spool;

import bifrost.api.journal.AuditEvent;
import bifrost.api.journal.CounterValue;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.UsageTotal;
import bifrost.api.snapshot.EntityType;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.journal.record.EncodedRecord;
import bifrost.runtime.journal.record.MalformedRecordException;
import bifrost.runtime.journal.record.RecordCodec;
import bifrost.runtime.journal.record.SpoolRecord;
import bifrost.runtime.journal.segment.Frame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes few records of many without changing what they come to: a counter keeps its greatest value,
 * an entity its newest row, request logs become totals by hour, payloads a number; what
 * administrators did stays as it is. Its size is bounded by the counters, entities, and callers
 * times models in use, and by what people can do. Not thread-safe.
 */
public final class Fold {
  private static final int HOUR = 3_600;
  private static final int DAY = 24 * HOUR;
  private static final int COUNTERS_PER_RECORD = 1_000;

  private final int maxTotals;
  private final Map<CounterKey, CounterValue> counters = new LinkedHashMap<>();
  private final Map<EntityKey, StoredEntity> configs = new LinkedHashMap<>();
  private Map<TotalKey, UsageTotal> totals = new LinkedHashMap<>();
  private final List<AuditEvent> audits = new ArrayList<>();
  private final List<EncodedRecord> opaque = new ArrayList<>();
  private long first = Long.MAX_VALUE;
  private long last;
  private long millis;
  private long shed;
  private long payloads;
  private long logs;

  /**
   * An empty fold.
   *
   * @param maxTotals when there are more totals than this, those of one day are put together
   */
  public Fold(int maxTotals) {
    this.maxTotals = maxTotals;
  }

  /** Takes a frame in; a record that this node cannot read is kept as it is. */
  public void add(Frame frame) {
    first = Math.min(first, frame.after() + 1);
    last = Math.max(last, frame.seq());
    millis = millis == 0 ? frame.millis() : Math.min(millis, frame.millis());
    try {
      add(RecordCodec.decode(frame.record()));
    } catch (MalformedRecordException e) {
      opaque.add(frame.record());
    }
  }

  /** How many request logs lost their detail. */
  public long logs() {
    return logs;
  }

  /** How many payloads were dropped by it; those that earlier folds dropped are not among them. */
  public long payloads() {
    return payloads;
  }

  /** Whether it has taken nothing in. */
  public boolean isEmpty() {
    return last == 0;
  }

  /** What is left, in frames that stand for the same range of sequence numbers. */
  public List<Frame> frames() {
    return isEmpty() ? List.of() : frames(first, last);
  }

  /** What is left, in frames that stand for this range, which includes everything taken in. */
  public List<Frame> frames(long from, long through) {
    List<EncodedRecord> records = records();
    List<Frame> frames = new ArrayList<>(records.size());
    long after = from - 1;
    for (int i = 0; i < records.size(); i++) {
      long seq = i == records.size() - 1 ? through : after + 1;
      frames.add(new Frame(seq, seq - after, millis, records.get(i)));
      after = seq;
    }
    return frames;
  }

  private void add(SpoolRecord record) {
    switch (record) {
      case SpoolRecord.Log(RequestLog log) -> {
        logs++;
        add(totalOf(log));
      }
      case SpoolRecord.Payload payload -> {
        payloads++;
        shed++;
      }
      case SpoolRecord.Sealed sealed -> {
        payloads++;
        shed++;
      }
      case SpoolRecord.Shed(long count) -> shed += count;
      case SpoolRecord.Counters(List<CounterValue> values) -> {
        for (CounterValue value : values) {
          counters.merge(
              new CounterKey(value.counter(), value.windowMillis()), value, Fold::greatest);
        }
      }
      case SpoolRecord.Config(StoredEntity row) ->
          configs.merge(
              new EntityKey(row.type(), row.id()),
              row,
              (old, next) -> next.version().isAfter(old.version()) ? next : old);
      case SpoolRecord.Total(UsageTotal total) -> add(total);
      case SpoolRecord.Audit(AuditEvent event) -> audits.add(event);
    }
  }

  private void add(UsageTotal total) {
    totals.merge(TotalKey.of(total), total, Fold::sum);
    if (totals.size() > maxTotals) {
      Map<TotalKey, UsageTotal> days = new LinkedHashMap<>();
      for (UsageTotal hour : totals.values()) {
        UsageTotal day = inPeriod(hour, DAY);
        days.merge(TotalKey.of(day), day, Fold::sum);
      }
      totals = days;
    }
  }

  private List<EncodedRecord> records() {
    List<EncodedRecord> records = new ArrayList<>(opaque);
    List<CounterValue> pack = new ArrayList<>(COUNTERS_PER_RECORD);
    for (CounterValue value : counters.values()) {
      pack.add(value);
      if (pack.size() == COUNTERS_PER_RECORD) {
        records.add(RecordCodec.encode(new SpoolRecord.Counters(List.copyOf(pack))));
        pack.clear();
      }
    }
    if (!pack.isEmpty()) {
      records.add(RecordCodec.encode(new SpoolRecord.Counters(pack)));
    }
    configs.values().forEach(row -> records.add(RecordCodec.encode(new SpoolRecord.Config(row))));
    audits.forEach(event -> records.add(RecordCodec.encode(new SpoolRecord.Audit(event))));
    totals.values().forEach(total -> records.add(RecordCodec.encode(new SpoolRecord.Total(total))));
    if (shed > 0) {
      records.add(RecordCodec.encode(new SpoolRecord.Shed(shed)));
    }
    return records;
  }

  /** What two values of a slot come to. */
  public static CounterValue greatest(CounterValue a, CounterValue b) {
    return new CounterValue(
        a.counter(),
        a.windowMillis(),
        Math.max(a.endMillis(), b.endMillis()),
        Math.max(a.value(), b.value()));
  }

  private static UsageTotal totalOf(RequestLog log) {
    return new UsageTotal(
        start(log.startMillis(), HOUR),
        HOUR,
        log.charged().virtualKeyId(),
        log.charged().teamId(),
        log.charged().customerId(),
        log.provider(),
        log.model(),
        1,
        log.errorType().isEmpty() ? 0 : 1,
        log.usage().inputTokens(),
        log.usage().outputTokens(),
        log.costNanos());
  }

  private static UsageTotal sum(UsageTotal a, UsageTotal b) {
    return new UsageTotal(
        a.periodMillis(),
        a.periodSeconds(),
        a.virtualKeyId(),
        a.teamId(),
        a.customerId(),
        a.provider(),
        a.model(),
        a.requests() + b.requests(),
        a.errors() + b.errors(),
        a.inputTokens() + b.inputTokens(),
        a.outputTokens() + b.outputTokens(),
        a.costNanos() + b.costNanos());
  }

  private static UsageTotal inPeriod(UsageTotal total, int seconds) {
    return new UsageTotal(
        start(total.periodMillis(), seconds),
        seconds,
        total.virtualKeyId(),
        total.teamId(),
        total.customerId(),
        total.provider(),
        total.model(),
        total.requests(),
        total.errors(),
        total.inputTokens(),
        total.outputTokens(),
        total.costNanos());
  }

  private static long start(long millis, int seconds) {
    return Math.floorDiv(millis, seconds * 1_000L) * seconds * 1_000L;
  }

  private record CounterKey(String counter, long windowMillis) {}

  private record EntityKey(EntityType type, String id) {}

  private record TotalKey(
      long periodMillis,
      int periodSeconds,
      String virtualKeyId,
      String teamId,
      String customerId,
      String provider,
      String model) {
    static TotalKey of(UsageTotal total) {
      return new TotalKey(
          total.periodMillis(),
          total.periodSeconds(),
          total.virtualKeyId(),
          total.teamId(),
          total.customerId(),
          total.provider(),
          total.model());
    }
  }
}
