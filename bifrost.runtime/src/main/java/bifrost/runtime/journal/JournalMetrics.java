package bifrost.runtime.journal;

import bifrost.api.journal.JournalState;
import bifrost.api.journal.JournalStream;
import bifrost.api.metrics.MetricSource;
import bifrost.runtime.journal.drain.Drain.Progress;
import bifrost.runtime.journal.spool.SpoolWriter;
import java.util.Map;
import java.util.function.LongSupplier;

/** What the journal says of itself at {@code /metrics}. */
final class JournalMetrics implements MetricSource {
  private final SpoolJournal journal;
  private final LongSupplier millis;

  JournalMetrics(SpoolJournal journal, LongSupplier millis) {
    this.journal = journal;
    this.millis = millis;
  }

  @Override
  public void collect(Sink sink) {
    for (JournalStream stream : JournalStream.values()) {
      collect(sink, stream);
    }
    for (JournalState state : JournalState.values()) {
      sink.gauge(
          "bifrost_journal_state",
          "1 for the state that the journal is in.",
          Map.of("state", state.label()),
          journal.state() == state ? 1 : 0);
    }
    Keeper keeper = journal.keeper();
    counter(
        sink,
        "folded_requests_total",
        "Request logs that are kept as totals only.",
        keeper.foldedLogs());
    counter(sink, "shed_payloads_total", "Payloads that were dropped.", keeper.shedPayloads());
    counter(
        sink,
        "rejected_records_total",
        "Records that were put aside because they cannot be stored.",
        journal.drain().rejected());
    counter(
        sink,
        "store_failures_total",
        "Calls of the store that failed.",
        journal.drain().failures());
    sink.gauge(
        "bifrost_journal_store_up",
        "Whether the last call of the store worked.",
        Map.of(),
        journal.drain().isOutage() ? 0 : 1);
  }

  private void collect(Sink sink, JournalStream stream) {
    Map<String, String> labels = Map.of("stream", stream.label());
    SpoolWriter writer = journal.writer(stream);
    Progress progress = journal.drain().progress(stream);
    gauge(sink, "spool_bytes", "Bytes on disk.", labels, journal.keeper().bytes(stream));
    gauge(sink, "memory_records", "Records in memory only.", labels, writer.pendingRecords());
    gauge(sink, "appended_seq", "The last record appended.", labels, writer.lastSeq());
    gauge(sink, "durable_seq", "The last record on disk.", labels, writer.durableSeq());
    gauge(sink, "watermark_lag", "Records that the store lacks.", labels, progress.lag());
    gauge(
        sink,
        "oldest_age_seconds",
        "The age of the oldest record that the store lacks, at most.",
        labels,
        journal.oldestAgeMillis(stream, millis.getAsLong()) / 1e3);
    sink.counter(
        "bifrost_journal_drained_records_total",
        "Records that the store took.",
        labels,
        progress.rows());
    long lost =
        progress.lost() + (stream == JournalStream.ACCOUNTING ? journal.keeper().lost() : 0);
    sink.counter(
        "bifrost_journal_lost_records_total",
        "Records that were found damaged or missing on disk.",
        labels,
        lost);
  }

  private static void gauge(
      Sink sink, String name, String help, Map<String, String> labels, double value) {
    sink.gauge("bifrost_journal_" + name, help, labels, value);
  }

  private static void counter(Sink sink, String name, String help, double value) {
    sink.counter("bifrost_journal_" + name, help, Map.of(), value);
  }
}
