package bifrost.admin.rest.frame;

import bifrost.api.model.BifrostException;
import bifrost.api.model.Refusal;

/** A body that is not even read. */
final class UnsupportedBodyException extends BifrostException {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  UnsupportedBodyException(int status, String type, String message) {
    super(message);
    this.refusal = Refusal.of(status, type, message);
  }

  Refusal refusal() {
    return refusal;
  }
}
