package bifrost.runtime.snapshot.codec;

/** A row of a store that cannot be read: damaged, or of a kind that this release does not know. */
public final class BadRowException extends Exception {
  private static final long serialVersionUID = 1L;

  BadRowException(String message, Throwable cause) {
    super(message, cause);
  }
}
