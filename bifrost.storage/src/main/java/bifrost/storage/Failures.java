package bifrost.storage;

import bifrost.api.storage.StoreException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;

/** Turns what drivers throw into what the contract promises. */
final class Failures {
  private Failures() {}

  /**
   * The contract's exception for a driver's.
   *
   * @param doing what was tried, for example {@code reading the configuration}
   * @param place the endpoint, without credentials
   */
  static StoreException of(String doing, String place, SQLException error) {
    SQLException root = root(error);
    return new StoreException(
        "%s at %s failed: %s (SQLSTATE %s, code %d)"
            .formatted(doing, place, message(root), root.getSQLState(), root.getErrorCode()),
        isTransient(root),
        error);
  }

  /** A pool's time-out hides why connecting failed: the last SQL exception in the chain knows. */
  private static SQLException root(SQLException error) {
    SQLException root = error;
    int depth = 0;
    for (Throwable cause = error.getCause();
        cause != null && depth < 10;
        cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        root = sql;
      }
      depth++;
    }
    return root;
  }

  private static boolean isTransient(SQLException error) {
    String state = error.getSQLState() == null ? "" : error.getSQLState();
    if (state.startsWith("28")) {
      return false; // refused credentials
    }
    return error instanceof SQLTransientException
        || error instanceof SQLRecoverableException
        || state.startsWith("08")
        || state.startsWith("40")
        || state.startsWith("53")
        || state.startsWith("57")
        || state.startsWith("HYT")
        || isH2Outage(error.getErrorCode());
  }

  /** H2: closed, closing, in use by another process, I/O error. */
  private static boolean isH2Outage(int code) {
    return code == 90020
        || code == 90028
        || code == 90031
        || code == 90067
        || code == 90098
        || code == 90121;
  }

  /** The first line, since H2 appends the statement with its values. */
  private static String message(SQLException error) {
    String text =
        error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    String line = text.lines().findFirst().orElse("");
    int statement = line.indexOf("; SQL statement");
    return statement > 0 ? line.substring(0, statement) : line;
  }
}
