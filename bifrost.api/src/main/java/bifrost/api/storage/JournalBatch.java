package bifrost.api.storage;

import bifrost.api.journal.AuditEvent;
import bifrost.api.journal.CounterValue;
import bifrost.api.journal.JournalStream;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.RequestPayload;
import bifrost.api.journal.UsageTotal;
import bifrost.api.journal.Writer;
import java.util.List;
import java.util.Objects;

/**
 * A run of one stream's records, to be written in one transaction.
 *
 * @param writer who journalled them
 * @param stream the stream that they are of
 * @param after the watermark that this batch follows
 * @param through the watermark after it
 * @param logs request logs, with rising sequence numbers
 * @param totals what is left of folded request logs, with rising sequence numbers
 * @param payloads payloads, with rising sequence numbers
 * @param counters the greatest value of each counter and window, each of them once
 * @param configs the newest row of each entity, each of them once
 * @param audits what administrators did, with rising sequence numbers
 */
public record JournalBatch(
    Writer writer,
    JournalStream stream,
    long after,
    long through,
    List<Numbered<RequestLog>> logs,
    List<Numbered<UsageTotal>> totals,
    List<Numbered<RequestPayload>> payloads,
    List<CounterValue> counters,
    List<StoredEntity> configs,
    List<Numbered<AuditEvent>> audits) {
  /** Copies the lists; refuses a batch that does not move the watermark on. */
  public JournalBatch {
    Objects.requireNonNull(writer, "writer is null");
    Objects.requireNonNull(stream, "stream is null");
    if (after < 0 || through <= after) {
      throw new IllegalArgumentException(
          "a batch after %d through %d does not move the watermark on".formatted(after, through));
    }
    logs = List.copyOf(logs);
    totals = List.copyOf(totals);
    payloads = List.copyOf(payloads);
    counters = List.copyOf(counters);
    configs = List.copyOf(configs);
    audits = List.copyOf(audits);
  }

  /** A batch without deeds of administrators. */
  public JournalBatch(
      Writer writer,
      JournalStream stream,
      long after,
      long through,
      List<Numbered<RequestLog>> logs,
      List<Numbered<UsageTotal>> totals,
      List<Numbered<RequestPayload>> payloads,
      List<CounterValue> counters,
      List<StoredEntity> configs) {
    this(writer, stream, after, through, logs, totals, payloads, counters, configs, List.of());
  }

  /** How many rows it touches, the watermark aside. */
  public int rows() {
    return logs.size()
        + totals.size()
        + payloads.size()
        + counters.size()
        + configs.size()
        + audits.size();
  }

  /**
   * A record with its sequence number, unique within its writer and stream.
   *
   * @param seq the sequence number
   * @param record the record
   * @param <T> the kind of record
   */
  public record Numbered<T>(long seq, T record) {
    /** Refuses a number below 1 and {@code null}. */
    public Numbered {
      if (seq < 1) {
        throw new IllegalArgumentException("seq is " + seq + ", use 1 or more");
      }
      Objects.requireNonNull(record, "record is null");
    }
  }
}
