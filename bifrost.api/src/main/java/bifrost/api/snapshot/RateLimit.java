package bifrost.api.snapshot;

import java.util.Objects;

/**
 * A limit on requests or tokens over a window, held by one owner.
 *
 * @param id its id, unique in the whole configuration
 * @param metric what is counted
 * @param limit the most of it in one window
 * @param window the window's length
 * @param anchorMillis the start of the first window, in milliseconds since the epoch
 */
public record RateLimit(String id, Metric metric, long limit, Window window, long anchorMillis) {
  /** Refuses a limit below 0 and {@code null}. */
  public RateLimit {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(metric, "metric is null");
    if (limit < 0) {
      throw new IllegalArgumentException("limit is " + limit + ", use 0 or more");
    }
    Objects.requireNonNull(window, "window is null");
  }

  /** What a rate limit counts. */
  public enum Metric {
    /** Requests. */
    REQUESTS,
    /** Input and output tokens. */
    TOKENS
  }
}
