package bifrost.providers.http.client;

import java.io.IOException;

/** An upstream sent what is not HTTP. */
final class MalformedException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedException(String message) {
    super(message);
  }
}
