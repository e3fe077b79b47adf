package bifrost.runtime.journal.record;

import java.io.IOException;

/** Bytes that are no record of a version that this node knows. */
public final class MalformedRecordException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With what is wrong with them. */
  public MalformedRecordException(String message) {
    super(message);
  }
}
