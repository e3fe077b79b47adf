package bifrost.storage;

import bifrost.api.journal.AuditEvent;
import bifrost.api.journal.CounterValue;
import bifrost.api.journal.JournalStream;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.RequestPayload;
import bifrost.api.journal.UsageTotal;
import bifrost.api.journal.Writer;
import bifrost.api.model.Usage;
import bifrost.api.storage.JournalBatch;
import bifrost.api.storage.JournalBatch.Numbered;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The tables that the journal is drained to, in the transaction at hand. */
final class JournalTables {
  private static final int BATCH = 1_000;
  private static final List<String> KEY = List.of("node_id", "epoch", "seq");
  private static final List<String> LOG_COLUMNS =
      List.of(
          "node_id",
          "epoch",
          "seq",
          "id",
          "started_at",
          "operation",
          "provider",
          "model",
          "wire_model",
          "selected_key_id",
          "selected_key_name",
          "virtual_key_id",
          "virtual_key_name",
          "team_id",
          "customer_id",
          "attempts",
          "fallback_index",
          "stream",
          "status",
          "error_type",
          "input_tokens",
          "output_tokens",
          "cache_read_tokens",
          "cache_write_tokens",
          "reasoning_tokens",
          "images",
          "audio_millis",
          "characters",
          "cost_nanos",
          "latency_micros",
          "first_byte_micros");
  private static final List<String> TOTAL_COLUMNS =
      List.of(
          "node_id",
          "epoch",
          "seq",
          "period_start",
          "period_seconds",
          "virtual_key_id",
          "team_id",
          "customer_id",
          "provider",
          "model",
          "requests",
          "errors",
          "input_tokens",
          "output_tokens",
          "cost_nanos");
  private static final List<String> PAYLOAD_COLUMNS =
      List.of("node_id", "epoch", "seq", "id", "started_at", "request", "response", "truncated");
  private static final List<String> AUDIT_COLUMNS =
      List.of(
          "node_id",
          "epoch",
          "seq",
          "done_at",
          "actor",
          "address",
          "request_id",
          "action",
          "entity_type",
          "entity_id",
          "version_time",
          "version_node",
          "fields");

  private final Dialect dialect;
  private final EntityTable entities;

  JournalTables(Dialect dialect, EntityTable entities) {
    this.dialect = dialect;
    this.entities = entities;
  }

  /** The watermark of a stream; 0 when there is none. */
  long watermark(Connection connection, Writer writer, JournalStream stream) throws SQLException {
    return watermark(connection, writer, stream, "");
  }

  /**
   * Writes a batch if it follows the stored watermark.
   *
   * @return the watermark as it is then, within this transaction
   */
  long write(Connection connection, JournalBatch batch) throws SQLException {
    Writer writer = batch.writer();
    long stored = lockWatermark(connection, writer, batch.stream());
    if (stored != batch.after()) {
      return stored;
    }
    entities.write(connection, batch.configs());
    insert(connection, "request_log", LOG_COLUMNS, writer, batch.logs(), this::log);
    insert(connection, "usage_total", TOTAL_COLUMNS, writer, batch.totals(), this::total);
    insert(connection, "request_payload", PAYLOAD_COLUMNS, writer, batch.payloads(), this::payload);
    insert(connection, "audit_log", AUDIT_COLUMNS, writer, batch.audits(), this::audit);
    raise(connection, writer, batch.counters());
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE journal_watermark SET seq = ? WHERE node_id = ? AND epoch = ? AND stream = ?")) {
      update.setLong(1, batch.through());
      update.setString(2, writer.node());
      update.setLong(3, writer.epoch());
      update.setString(4, batch.stream().label());
      update.executeUpdate();
    }
    return batch.through();
  }

  /** Deletes what is older; returns how many rows the fullest table lost. */
  int deleteBefore(Connection connection, Instant before, int limit) throws SQLException {
    int most = 0;
    for (String[] table :
        new String[][] {
          {"request_log", "started_at"},
          {"request_payload", "started_at"},
          {"usage_total", "period_start"},
          {"counter_slot", "end_millis"}
        }) {
      try (PreparedStatement delete =
          connection.prepareStatement(dialect.deleteOldest(table[0], table[1]))) {
        if (table[1].endsWith("_millis")) {
          delete.setLong(1, before.toEpochMilli());
        } else {
          delete.setObject(1, before.atOffset(ZoneOffset.UTC));
        }
        delete.setInt(2, limit);
        most = Math.max(most, delete.executeUpdate());
      }
    }
    return most;
  }

  /** Writers are never shared, so the lock is for a retry that meets its own earlier try. */
  private long lockWatermark(Connection connection, Writer writer, JournalStream stream)
      throws SQLException {
    if (!isKnown(connection, writer, stream)) {
      try (RowInsert insert =
          dialect.insertOnce(
              connection,
              "journal_watermark",
              List.of("node_id", "epoch", "stream", "seq"),
              List.of("node_id", "epoch", "stream"))) {
        insert.text(writer.node()).number(writer.epoch()).text(stream.label()).number(0);
        insert.endRow();
        insert.execute();
      }
    }
    return watermark(connection, writer, stream, " FOR UPDATE");
  }

  private boolean isKnown(Connection connection, Writer writer, JournalStream stream)
      throws SQLException {
    return watermark(connection, writer, stream, "") > 0;
  }

  private long watermark(Connection connection, Writer writer, JournalStream stream, String lock)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT seq FROM journal_watermark WHERE node_id = ? AND epoch = ? AND stream = ?"
                + lock)) {
      select.setString(1, writer.node());
      select.setLong(2, writer.epoch());
      select.setString(3, stream.label());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  private <T> void insert(
      Connection connection,
      String table,
      List<String> columns,
      Writer writer,
      List<Numbered<T>> rows,
      Binder<T> binder)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (RowInsert insert = dialect.insertOnce(connection, table, columns, KEY)) {
      int pending = 0;
      for (Numbered<T> row : rows) {
        insert.text(writer.node()).number(writer.epoch()).number(row.seq());
        binder.bind(insert, row.record());
        insert.endRow();
        if (++pending % BATCH == 0) {
          insert.execute();
        }
      }
      insert.execute();
    }
  }

  private void raise(Connection connection, Writer writer, List<CounterValue> counters)
      throws SQLException {
    if (counters.isEmpty()) {
      return;
    }
    List<CounterValue> ordered = new ArrayList<>(counters);
    ordered.sort(
        Comparator.comparing(CounterValue::counter).thenComparing(CounterValue::windowMillis));
    try (RowInsert raise =
        new BatchInsert(connection.prepareStatement(dialect.raiseSlot()), dialect)) {
      for (CounterValue value : ordered) {
        raise.text(value.counter()).number(value.windowMillis()).text(writer.node());
        raise.number(writer.epoch()).number(value.endMillis()).number(value.value());
        raise.endRow();
      }
      raise.execute();
    }
  }

  private void log(RowInsert to, RequestLog log) throws SQLException {
    to.text(log.id()).time(log.startMillis()).text(log.operation().label());
    to.text(log.provider()).text(log.model()).text(log.wireModel());
    to.text(log.keyId()).text(log.keyName());
    to.text(log.charged().virtualKeyId()).text(log.charged().virtualKeyName());
    to.text(log.charged().teamId()).text(log.charged().customerId());
    to.number(log.attempts()).number(log.fallbackIndex()).flag(log.stream());
    to.number(log.status()).text(log.errorType());
    Usage usage = log.usage();
    to.number(usage.inputTokens()).number(usage.outputTokens());
    to.number(usage.cacheReadTokens()).number(usage.cacheWriteTokens());
    to.number(usage.reasoningTokens()).number(usage.images());
    to.number(usage.audioMillis()).number(usage.characters());
    to.number(log.costNanos()).number(log.latencyMicros()).number(log.firstByteMicros());
  }

  private void total(RowInsert to, UsageTotal total) throws SQLException {
    to.time(total.periodMillis()).number(total.periodSeconds());
    to.text(total.virtualKeyId()).text(total.teamId()).text(total.customerId());
    to.text(total.provider()).text(total.model());
    to.number(total.requests()).number(total.errors());
    to.number(total.inputTokens()).number(total.outputTokens()).number(total.costNanos());
  }

  private void payload(RowInsert to, RequestPayload payload) throws SQLException {
    to.text(payload.id()).time(payload.startMillis());
    to.bytes(payload.request()).bytes(payload.response()).flag(payload.truncated());
  }

  private void audit(RowInsert to, AuditEvent event) throws SQLException {
    to.time(event.millis()).text(event.actor()).text(event.address()).text(event.requestId());
    to.text(event.action()).text(event.entityType()).text(event.entityId());
    to.number(event.version().time()).text(event.version().node()).text(event.fields());
  }

  private interface Binder<T> {
    void bind(RowInsert to, T record) throws SQLException;
  }
}
