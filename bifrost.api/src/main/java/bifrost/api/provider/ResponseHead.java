package bifrost.api.provider;

import bifrost.api.model.Header;
import java.util.List;
import java.util.Objects;

/**
 * The head of an upstream's answer, for pass-through.
 *
 * @param status a status of the 200s; anything else is a failed outcome
 * @param contentType the media type, with parameters; empty when the upstream sent none
 * @param length the number of bytes that follow, or -1 when unknown
 * @param headers fields to pass on; the core drops those of the connection
 */
public record ResponseHead(int status, String contentType, long length, List<Header> headers) {
  /** Copies the headers; refuses a status outside 200 to 299. */
  public ResponseHead {
    if (status < 200 || status > 299) {
      throw new IllegalArgumentException(
          "status " + status + " is no success, return Outcome.Failed");
    }
    Objects.requireNonNull(contentType, "contentType is null");
    headers = List.copyOf(headers);
  }
}
