package bifrost.api.model;

/**
 * The root of the exceptions that cross a bundle's border.
 *
 * <p>There is one subclass for each thing that a caller can do about it; expected refusals on the
 * request path are values ({@link Refusal}). A message says what failed, on which id, limit and
 * value, and what to do; never a key or a prompt.
 */
public abstract class BifrostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** For a failure that has no cause below it. */
  protected BifrostException(String message) {
    super(message);
  }

  /** For a failure that was caused by another. */
  protected BifrostException(String message, Throwable cause) {
    super(message, cause);
  }
}
