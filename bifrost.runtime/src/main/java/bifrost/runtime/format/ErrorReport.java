package bifrost.runtime.format;

import bifrost.api.model.Operation;
import bifrost.api.model.Refusal;
import java.util.Optional;

/**
 * What a caller is told of an error.
 *
 * @param status the HTTP status
 * @param type the type of the error table
 * @param code a finer reason
 * @param message what failed and what to do
 * @param param the request field at fault
 * @param upstreamError the upstream's own {@code error} object as JSON, to be passed on
 * @param provider the provider concerned; empty when none is
 * @param model the model as the caller named it; empty when unknown
 * @param operation what was asked, where known
 */
public record ErrorReport(
    int status,
    String type,
    String code,
    String message,
    Optional<String> param,
    Optional<String> upstreamError,
    String provider,
    String model,
    Optional<Operation> operation) {

  /** What a refusal tells. */
  public static ErrorReport of(Refusal refusal, String model, Optional<Operation> operation) {
    return new ErrorReport(
        refusal.status(),
        refusal.type(),
        refusal.code(),
        refusal.message(),
        refusal.param(),
        Optional.empty(),
        "",
        model,
        operation);
  }
}
