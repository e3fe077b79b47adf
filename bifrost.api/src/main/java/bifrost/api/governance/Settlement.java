package bifrost.api.governance;

import java.util.Objects;

/**
 * How a request ended, for its reservation.
 *
 * @param exit the way it ended
 * @param costNanos what its attempts were charged, in billionths of a US dollar
 */
public record Settlement(Exit exit, long costNanos) {
  /** Refuses {@code null}. */
  public Settlement {
    Objects.requireNonNull(exit, "exit is null");
  }

  /** The ways in which a request ends. */
  public enum Exit {
    /** The whole answer left. */
    SUCCESS,
    /** Refused after admission: no route, or a limit of every candidate. */
    REFUSED,
    /** Every attempt failed before any content. */
    FAILED,
    /** The upstream broke off after content had left. */
    CUT,
    /** The client went away. */
    CLIENT_GONE,
    /** The deadline passed. */
    TIMEOUT,
    /** The node stopped. */
    SHUTDOWN
  }
}
