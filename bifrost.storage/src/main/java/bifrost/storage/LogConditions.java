package bifrost.storage;

import bifrost.api.model.Operation;
import bifrost.api.storage.LogFilter;
import bifrost.api.storage.LogFilter.Range;
import bifrost.api.storage.LogQuery;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The conditions of a question for logs, with their parameters. Values never become SQL. */
final class LogConditions {
  private final StringBuilder sql = new StringBuilder();
  private final List<Object> parameters = new ArrayList<>();

  /** The conditions on {@code request_log}. */
  static LogConditions ofLogs(LogFilter filter) {
    LogConditions all = new LogConditions().time("started_at", filter);
    all.shared(filter);
    all.in("operation", filter.operations().stream().map(Operation::label).toList());
    all.in("error_type", filter.errorTypes());
    filter.succeeded().ifPresent(yes -> all.and("error_type " + (yes ? "=" : "<>") + " ''"));
    all.range("latency_micros", filter.latencyMicros());
    all.range("input_tokens + output_tokens", filter.tokens());
    all.range("cost_nanos", filter.costNanos());
    return all;
  }

  /** The conditions on {@code usage_total}; only where {@link #coverTotals}. */
  static LogConditions ofTotals(LogFilter filter) {
    LogConditions all = new LogConditions().time("period_start", filter);
    all.shared(filter);
    return all;
  }

  /** Whether a filter asks for nothing that a total has not. */
  static boolean coverTotals(LogFilter filter) {
    return filter.operations().isEmpty()
        && filter.errorTypes().isEmpty()
        && filter.succeeded().isEmpty()
        && filter.latencyMicros().equals(Range.ANY)
        && filter.tokens().equals(Range.ANY)
        && filter.costNanos().equals(Range.ANY);
  }

  /** Only what comes after a place, from the newest to the oldest. */
  LogConditions after(LogQuery.Cursor place) {
    Object time = at(place.startMillis());
    return and(
        """
        (started_at < ? OR (started_at = ? AND (node_id < ? OR (node_id = ?
          AND (epoch < ? OR (epoch = ? AND seq < ?))))))""",
        time,
        time,
        place.node(),
        place.node(),
        place.epoch(),
        place.epoch(),
        place.seq());
  }

  String sql() {
    return sql.toString();
  }

  /** Sets the parameters, from the first on; returns the number of the next. */
  int bind(PreparedStatement statement) throws SQLException {
    int index = 1;
    for (Object parameter : parameters) {
      statement.setObject(index++, parameter);
    }
    return index;
  }

  private LogConditions time(String column, LogFilter filter) {
    return and(column + " >= ?", at(filter.fromMillis()))
        .and(column + " < ?", at(filter.untilMillis()));
  }

  private void shared(LogFilter filter) {
    in("provider", filter.providers());
    in("model", filter.models());
    in("virtual_key_id", filter.virtualKeyIds());
    in("team_id", filter.teamIds());
    in("customer_id", filter.customerIds());
  }

  private void in(String column, Collection<String> values) {
    if (!values.isEmpty()) {
      and(column + " IN (?" + ", ?".repeat(values.size() - 1) + ")", values.toArray());
    }
  }

  private void range(String expression, Range range) {
    if (range.least() != Long.MIN_VALUE) {
      and(expression + " >= ?", range.least());
    }
    if (range.most() != Long.MAX_VALUE) {
      and(expression + " <= ?", range.most());
    }
  }

  private LogConditions and(String condition, Object... values) {
    sql.append(sql.isEmpty() ? " WHERE " : " AND ").append(condition);
    parameters.addAll(List.of(values));
    return this;
  }

  private static Object at(long millis) {
    return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
  }
}
