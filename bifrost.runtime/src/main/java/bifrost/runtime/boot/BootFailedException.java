package bifrost.runtime.boot;

import bifrost.api.model.BifrostException;
import java.util.List;

/** The boot could not get at a configuration; a later try may. */
final class BootFailedException extends BifrostException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure.
   *
   * @param message what failed
   * @param attempts what was tried, and how each of it ended
   */
  BootFailedException(String message, List<String> attempts) {
    super(attempts.isEmpty() ? message : message + ":\n  " + String.join("\n  ", attempts));
  }
}
