package bifrost.api.journal;

import java.util.Objects;

/**
 * The bodies of one request. May be shed under pressure, and is cut at the journal's limit.
 *
 * <p>The arrays are handed over, not copied: whoever makes the record does not change them later.
 *
 * @param id the request's id
 * @param startMillis when it came in, in milliseconds since the epoch
 * @param request what the client sent; empty when it is not captured
 * @param response what the client got, the text of a stream as it was sent; empty when it is not
 *     captured
 * @param truncated whether the end of either is missing
 */
@SuppressWarnings("ArrayRecordComponent")
public record RequestPayload(
    String id, long startMillis, byte[] request, byte[] response, boolean truncated)
    implements JournalRecord {
  /** Refuses {@code null}. */
  public RequestPayload {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(request, "request is null");
    Objects.requireNonNull(response, "response is null");
  }
}
