package bifrost.runtime.local;

import java.io.IOException;

/** A file of local state that cannot be used: damaged, of another format, or of another key. */
public final class UnusableFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Why.
   *
   * @param message which file, and what is wrong with it
   */
  UnusableFileException(String message) {
    super(message);
  }
}
