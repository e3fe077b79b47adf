package bifrost.runtime.pipeline;

import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.runtime.format.ErrorReport;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Tells a caller what went wrong upstream: status, type, and the upstream's own words. */
final class Failures {
  private static final int LARGEST_ERROR = 64 * 1024;

  private final ObjectMapper mapper = JsonMapper.builder().build();

  /**
   * The report of a failed call.
   *
   * @param allKeysDead whether the provider has refused every key
   */
  ErrorReport report(Exchange exchange, UpstreamFailure failure, boolean allKeysDead) {
    if (allKeysDead) {
      return exchange.report(
          502,
          "upstream_credentials_exhausted",
          "every key of provider '%s' that may be used was refused by the upstream (last status %d);"
                  .formatted(exchange.provider(), failure.status())
              + " check its keys");
    }
    ErrorReport plain = exchange.report(status(failure), type(failure), failure.message());
    Optional<String> own = relayable(failure) ? upstreamError(failure) : Optional.empty();
    return new ErrorReport(
        plain.status(),
        plain.type(),
        plain.code(),
        plain.message(),
        plain.param(),
        own,
        plain.provider(),
        plain.model(),
        plain.operation());
  }

  private static int status(UpstreamFailure failure) {
    return switch (failure.kind()) {
      case CONNECTION, PROTOCOL, CUT -> 502;
      case TIMEOUT -> 504;
      case RATE_LIMITED -> 429;
      case CREDENTIAL, BILLING -> 502;
      case SERVER_ERROR -> failure.status() >= 500 ? failure.status() : 502;
      case OVERLOADED -> 503;
      case NOT_FOUND -> 404;
      case INVALID_REQUEST -> failure.status() >= 400 ? failure.status() : 400;
    };
  }

  private static String type(UpstreamFailure failure) {
    return switch (failure.kind()) {
      case CONNECTION -> "upstream_connection_failed";
      case TIMEOUT -> "upstream_timeout";
      case RATE_LIMITED -> "upstream_rate_limited";
      case CREDENTIAL, BILLING -> "upstream_credentials_exhausted";
      case SERVER_ERROR -> "upstream_error";
      case OVERLOADED -> "upstream_overloaded";
      case PROTOCOL -> "upstream_protocol_error";
      case CUT -> "upstream_cut";
      case NOT_FOUND -> "model_not_found";
      case INVALID_REQUEST -> "invalid_request";
    };
  }

  /** What an upstream says of a credential is for the operator, not for the caller. */
  private static boolean relayable(UpstreamFailure failure) {
    return failure.kind() != Kind.CREDENTIAL
        && failure.kind() != Kind.BILLING
        && failure.contentType().contains("json")
        && failure.body().length <= LARGEST_ERROR;
  }

  private Optional<String> upstreamError(UpstreamFailure failure) {
    try {
      JsonNode error = mapper.readTree(failure.body()).path("error");
      return error.isObject() && error.path("message").isString()
          ? Optional.of(error.toString())
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }
}
