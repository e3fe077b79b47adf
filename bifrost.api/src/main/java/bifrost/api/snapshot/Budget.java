package bifrost.api.snapshot;

import java.util.Objects;
import java.util.Optional;

/**
 * A limit on cost over a window, held by one owner.
 *
 * @param id its id, unique in the whole configuration
 * @param limitNanos the limit in billionths of a US dollar
 * @param window the window's length
 * @param kind how strictly it holds across nodes
 * @param anchorMillis the start of the first window, in milliseconds since the epoch
 * @param override what is added to the limit for a while, where anything is
 */
public record Budget(
    String id,
    long limitNanos,
    Window window,
    Kind kind,
    long anchorMillis,
    Optional<LimitOverride> override) {
  /** Refuses a negative limit and {@code null}. */
  public Budget {
    Objects.requireNonNull(id, "id is null");
    if (limitNanos < 0) {
      throw new IllegalArgumentException("limit is " + limitNanos + ", use 0 or more");
    }
    Objects.requireNonNull(window, "window is null");
    Objects.requireNonNull(kind, "kind is null");
    Objects.requireNonNull(override, "override is null");
  }

  /** A budget without an override. */
  public Budget(String id, long limitNanos, Window window, Kind kind, long anchorMillis) {
    this(id, limitNanos, window, kind, anchorMillis, Optional.empty());
  }

  /** How strictly a budget holds across nodes. */
  public enum Kind {
    /** Checked against the converged counter. */
    SOFT,
    /** A node spends only rights that it holds. */
    HARD
  }
}
