package bifrost.api.provider;

import bifrost.api.model.Header;
import bifrost.api.model.Operation;
import java.util.List;
import java.util.Objects;

/**
 * One attempt at a call, resolved: everything that a provider needs, and nothing that it must not
 * know.
 *
 * <p>Made by the core for each attempt; read by the provider on the calling thread.
 *
 * @param requestId the request's id, for logs and for the upstream's own id header
 * @param operation what is asked
 * @param stream whether the caller wants the answer as it is made
 * @param payload what to send
 * @param target where to send it, and as whom
 * @param headers header fields of the inbound request that are to reach the upstream; never a
 *     credential of the gateway
 * @param deadline when the whole call has to be over
 * @param cancellation tells when nobody wants the answer any more
 */
public record ProviderCall(
    String requestId,
    Operation operation,
    boolean stream,
    Payload payload,
    Target target,
    List<Header> headers,
    Deadline deadline,
    Cancellation cancellation) {

  /** Copies the headers; refuses {@code null}. */
  public ProviderCall {
    Objects.requireNonNull(requestId, "requestId is null");
    Objects.requireNonNull(operation, "operation is null");
    Objects.requireNonNull(payload, "payload is null");
    Objects.requireNonNull(target, "target is null");
    headers = List.copyOf(headers);
    Objects.requireNonNull(deadline, "deadline is null");
    Objects.requireNonNull(cancellation, "cancellation is null");
  }
}
