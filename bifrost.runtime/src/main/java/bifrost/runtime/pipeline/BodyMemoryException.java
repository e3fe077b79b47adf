package bifrost.runtime.pipeline;

import java.io.IOException;

/** There is no room for a body beside those of the other requests. */
public final class BodyMemoryException extends IOException {
  private static final long serialVersionUID = 1L;

  /** For a body that found no room. */
  public BodyMemoryException() {
    super(
        "the bodies of the running requests fill the memory that this node has for them;"
            + " try again later");
  }
}
