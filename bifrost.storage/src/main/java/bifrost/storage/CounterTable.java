package bifrost.storage;

import bifrost.api.ledger.Slot;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the slots of counters, in the transaction at hand. */
final class CounterTable {
  private static final Logger LOG = LoggerFactory.getLogger(CounterTable.class);
  private static final int PAGE = 5_000;

  private CounterTable() {}

  static long read(Connection connection, long nowMillis, Consumer<Slot> slots)
      throws SQLException {
    long count = 0;
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT counter, window_millis, end_millis, node_id, epoch, slot_value"
                + " FROM counter_slot WHERE end_millis > ?")) {
      select.setFetchSize(PAGE);
      select.setLong(1, nowMillis);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          Slot slot;
          try {
            slot =
                new Slot(
                    row.getString(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getString(4),
                    row.getLong(5),
                    row.getLong(6));
          } catch (IllegalArgumentException e) {
            LOG.warn("a counter in the store is passed over: {}", e.getMessage());
            continue;
          }
          slots.accept(slot);
          count++;
        }
      }
    }
    return count;
  }
}
