package bifrost.runtime.pipeline;

import bifrost.api.model.Operation;
import bifrost.api.model.Refusal;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.runtime.routing.Candidate;
import java.time.Duration;

/** The refusals of the request path itself. */
final class Refusals {
  private Refusals() {}

  static Refusal unavailable(String provider) {
    return Refusal.of(
            503,
            "provider_unavailable",
            "no bundle serves provider '%s' at this moment; it is being swapped, or was not"
                    .formatted(provider)
                + " installed (see the shell command bifrost:providers)")
        .retryAfter(Duration.ofSeconds(1))
        .allowingFallback();
  }

  static Refusal unsupported(String provider, Operation operation) {
    return Refusal.of(
            400,
            "invalid_request",
            "provider '%s' does not offer %s".formatted(provider, operation.label()))
        .allowingFallback();
  }

  static Refusal noKey(Candidate candidate) {
    return Refusal.of(
            404,
            "model_not_found",
            "no key of provider '%s' may be used for model '%s'; add the model to a key's models, or"
                    .formatted(candidate.provider().id(), candidate.model())
                + " allow one of its keys to the caller")
        .allowingFallback();
  }

  static Refusal providerFull(ProviderConfig provider) {
    return Refusal.of(
            503,
            "overloaded",
            "provider '%s' has %d calls running and %d waiting, which is its limit; try again later"
                .formatted(provider.id(), provider.concurrency(), provider.queueSize()))
        .retryAfter(Duration.ofSeconds(1))
        .allowingFallback();
  }

  static Refusal journalStuck() {
    return Refusal.of(
            503,
            "overloaded",
            "this node cannot write its journal, and is told to refuse what it cannot account for;"
                + " free space on its data disk")
        .retryAfter(Duration.ofSeconds(5));
  }

  static Refusal nodeFull(int limit) {
    return Refusal.of(
            503,
            "overloaded",
            "%d requests are being served, which is this node's limit (client.max_concurrent_requests);"
                    .formatted(limit)
                + " try again later")
        .retryAfter(Duration.ofSeconds(1));
  }
}
