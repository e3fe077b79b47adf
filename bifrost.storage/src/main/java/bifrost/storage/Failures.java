package bifrost.storage;

import bifrost.api.storage.RejectedBatchException;
import bifrost.api.storage.StoreException;
import java.sql.BatchUpdateException;
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

  /** Whether the data itself is at fault: out of range, against a constraint, too large. */
  static boolean isDataError(SQLException error) {
    String state = sqlState(root(error));
    return state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
  }

  /** What a store says of a batch whose data it will not take; the data is not in it. */
  static RejectedBatchException rejected(String place, SQLException error) {
    SQLException root = root(error);
    return new RejectedBatchException(
        "%s does not take the data (SQLSTATE %s, code %d)"
            .formatted(place, root.getSQLState(), root.getErrorCode()),
        error);
  }

  /** Whether the server is a replica, or has become one. */
  static boolean isReadOnlyServer(SQLException error) {
    return sqlState(root(error)).equals("25006");
  }

  private static String sqlState(SQLException error) {
    return error.getSQLState() == null ? "" : error.getSQLState();
  }

  /** A pool's time-out hides why connecting failed: the last SQL exception in the chain knows. */
  private static SQLException root(SQLException error) {
    SQLException root = error;
    int depth = 0;
    if (error instanceof BatchUpdateException && error.getNextException() != null) {
      root = error.getNextException();
    }
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
    String state = sqlState(error);
    if (state.startsWith("28")) {
      return false; // refused credentials
    }
    return error instanceof SQLTransientException
        || error instanceof SQLRecoverableException
        || state.equals("25006")
        || state.equals("55P03")
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
