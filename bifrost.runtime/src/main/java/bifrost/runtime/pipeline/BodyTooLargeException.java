package bifrost.runtime.pipeline;

import java.io.IOException;

/** A body exceeds what the gateway allows. */
public final class BodyTooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  /** For a body of more than so many bytes. */
  public BodyTooLargeException(long limit) {
    super(
        "the body exceeds %d bytes, the limit of this gateway (client.max_request_body_size_mb)"
            .formatted(limit));
  }
}
