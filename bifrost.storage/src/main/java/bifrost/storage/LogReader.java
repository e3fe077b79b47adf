package bifrost.storage;

import bifrost.api.governance.Charged;
import bifrost.api.journal.RequestLog;
import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.storage.LogFilter;
import bifrost.api.storage.LogPage;
import bifrost.api.storage.LogQuery;
import bifrost.api.storage.LogStats;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads request logs, in the transaction at hand; no statement runs longer than a few seconds. */
final class LogReader {
  private static final Logger LOG = LoggerFactory.getLogger(LogReader.class);
  private static final Map<String, Operation> OPERATIONS = new HashMap<>();

  static {
    for (Operation operation : Operation.values()) {
      OPERATIONS.put(operation.label(), operation);
    }
  }

  private final int timeoutSeconds;

  LogReader(Duration timeout) {
    timeoutSeconds = (int) Math.max(1, timeout.toSeconds());
  }

  LogPage page(Connection connection, LogQuery query) throws SQLException {
    LogConditions conditions = LogConditions.ofLogs(query.filter());
    query.after().ifPresent(conditions::after);
    String sql =
        "SELECT * FROM request_log"
            + conditions.sql()
            + " ORDER BY started_at DESC, node_id DESC, epoch DESC, seq DESC"
            + " FETCH FIRST ? ROWS ONLY";
    List<LogPage.Entry> entries = new ArrayList<>();
    LogQuery.Cursor last = null;
    int rows = 0;
    try (PreparedStatement select = prepare(connection, sql)) {
      select.setInt(conditions.bind(select), query.limit() + 1);
      try (ResultSet row = select.executeQuery()) {
        while (rows < query.limit() && row.next()) {
          rows++;
          last = place(row);
          entry(last, row).ifPresent(entries::add);
        }
        boolean more = rows == query.limit() && row.next();
        return new LogPage(entries, more ? Optional.of(last) : Optional.empty());
      }
    }
  }

  Optional<LogPage.Entry> one(Connection connection, String id) throws SQLException {
    String sql =
        "SELECT * FROM request_log WHERE id = ? ORDER BY started_at DESC FETCH FIRST 1 ROWS ONLY";
    try (PreparedStatement select = prepare(connection, sql)) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? entry(place(row), row) : Optional.empty();
      }
    }
  }

  LogStats stats(Connection connection, LogFilter filter) throws SQLException {
    long[] logs =
        sums(
            connection,
            "SELECT COUNT(*), SUM(CASE WHEN error_type = '' THEN 1 ELSE 0 END), SUM(input_tokens),"
                + " SUM(output_tokens), SUM(cost_nanos), SUM(latency_micros) FROM request_log",
            LogConditions.ofLogs(filter));
    long[] totals = new long[6];
    if (LogConditions.coverTotals(filter)) {
      totals =
          sums(
              connection,
              "SELECT SUM(requests), SUM(requests - errors), SUM(input_tokens),"
                  + " SUM(output_tokens), SUM(cost_nanos), 0 FROM usage_total",
              LogConditions.ofTotals(filter));
    }
    return new LogStats(
        logs[0] + totals[0],
        logs[1] + totals[1],
        logs[2] + totals[2],
        logs[3] + totals[3],
        logs[4] + totals[4],
        logs[0],
        logs[5]);
  }

  private long[] sums(Connection connection, String sql, LogConditions conditions)
      throws SQLException {
    long[] sums = new long[6];
    try (PreparedStatement select = prepare(connection, sql + conditions.sql())) {
      conditions.bind(select);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        for (int i = 0; i < sums.length; i++) {
          sums[i] = row.getLong(i + 1);
        }
      }
    }
    return sums;
  }

  private PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setQueryTimeout(timeoutSeconds);
    return statement;
  }

  private static LogQuery.Cursor place(ResultSet row) throws SQLException {
    return new LogQuery.Cursor(
        row.getObject("started_at", OffsetDateTime.class).toInstant().toEpochMilli(),
        row.getString("node_id"),
        row.getLong("epoch"),
        row.getLong("seq"));
  }

  /** A row that a later release may have written is passed over. */
  private static Optional<LogPage.Entry> entry(LogQuery.Cursor place, ResultSet row)
      throws SQLException {
    Operation operation = OPERATIONS.get(row.getString("operation"));
    if (operation == null) {
      LOG.warn("a request log of an operation that is not known here is passed over");
      return Optional.empty();
    }
    return Optional.of(
        new LogPage.Entry(
            place,
            new RequestLog(
                row.getString("id"),
                place.startMillis(),
                operation,
                row.getString("provider"),
                row.getString("model"),
                row.getString("wire_model"),
                row.getString("selected_key_id"),
                row.getString("selected_key_name"),
                new Charged(
                    row.getString("virtual_key_id"),
                    row.getString("virtual_key_name"),
                    row.getString("team_id"),
                    row.getString("customer_id")),
                row.getInt("attempts"),
                row.getInt("fallback_index"),
                row.getBoolean("stream"),
                row.getInt("status"),
                row.getString("error_type"),
                usage(row),
                row.getLong("cost_nanos"),
                row.getLong("latency_micros"),
                row.getLong("first_byte_micros"))));
  }

  private static Usage usage(ResultSet row) throws SQLException {
    return new Usage(
        row.getLong("input_tokens"),
        row.getLong("output_tokens"),
        row.getLong("cache_read_tokens"),
        row.getLong("cache_write_tokens"),
        row.getLong("reasoning_tokens"),
        row.getLong("images"),
        row.getLong("audio_millis"),
        row.getLong("characters"));
  }
}
