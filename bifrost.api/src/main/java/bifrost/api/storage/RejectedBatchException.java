package bifrost.api.storage;

import bifrost.api.model.BifrostException;

/**
 * A store was reached and will not take the data of a batch, whenever it is tried: a value out of
 * range, for example. Nothing was written. The caller finds the record at fault and puts it aside.
 */
public final class RejectedBatchException extends BifrostException {
  private static final long serialVersionUID = 1L;

  /**
   * A batch that is refused.
   *
   * @param message which rule of the store the data breaks, without the data
   * @param cause what the driver said
   */
  public RejectedBatchException(String message, Throwable cause) {
    super(message, cause);
  }
}
