package bifrost.api.governance;

import bifrost.api.model.Header;
import bifrost.api.model.Operation;
import bifrost.api.model.Secret;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a governor knows of a request before a provider is chosen.
 *
 * @param requestId the request's id
 * @param operation what is asked
 * @param credential what the caller presented, where anything; not yet looked up
 * @param provider the provider that the caller named; absent for a bare model name
 * @param model the model that the caller named, without the provider
 * @param inputBytes how many bytes of the body can be prompt: for byte-level encodings an upper
 *     bound of its tokens; -1 when that is not known, as of an upload that is still arriving or of
 *     a conversation that the upstream keeps
 * @param maxOutputTokens the caller's limit of the answer, where given
 * @param choices how many answers are asked for
 * @param headers header fields of the request without its credentials
 */
public record AdmissionRequest(
    String requestId,
    Operation operation,
    Optional<Secret> credential,
    Optional<String> provider,
    String model,
    long inputBytes,
    OptionalLong maxOutputTokens,
    int choices,
    List<Header> headers) {

  /** Copies the headers; refuses {@code null}. */
  public AdmissionRequest {
    Objects.requireNonNull(requestId, "requestId is null");
    Objects.requireNonNull(operation, "operation is null");
    Objects.requireNonNull(credential, "credential is null");
    Objects.requireNonNull(provider, "provider is null");
    Objects.requireNonNull(model, "model is null");
    Objects.requireNonNull(maxOutputTokens, "maxOutputTokens is null");
    headers = List.copyOf(headers);
  }
}
