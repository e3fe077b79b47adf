package bifrost.api.storage;

import bifrost.api.model.BifrostException;

/**
 * A store could not do what it was asked; nothing was written.
 *
 * <p>A transient one is worth trying again; any other needs a person. The message names the
 * endpoint without its credentials.
 */
public final class StoreException extends BifrostException {
  private static final long serialVersionUID = 1L;

  private final boolean isTransient;

  /**
   * A failure of the store.
   *
   * @param message what failed, where, and what to do
   * @param isTransient whether the same call may succeed later
   * @param cause what the driver said
   */
  public StoreException(String message, boolean isTransient, Throwable cause) {
    super(message, cause);
    this.isTransient = isTransient;
  }

  /** Whether the same call may succeed later. */
  public boolean isTransient() {
    return isTransient;
  }
}
