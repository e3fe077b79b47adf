package bifrost.runtime.routing;

import bifrost.api.governance.Entitlement;
import bifrost.api.governance.Entitlement.Share;
import bifrost.api.model.Refusal;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.Snapshot;
import bifrost.runtime.provider.ProviderRegistry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * Finds the candidates of a call: the provider that its caller named, or those that serve a bare
 * model name, and then the fallbacks.
 */
public final class Router {
  private final ProviderRegistry registry;
  private final ModelOwners owners;
  private final DoubleSupplier random;

  /**
   * A router.
   *
   * @param registry the providers that run
   * @param owners which vendor's models have which names
   * @param random numbers from 0 to 1
   */
  public Router(ProviderRegistry registry, ModelOwners owners, DoubleSupplier random) {
    this.registry = registry;
    this.owners = owners;
    this.random = random;
  }

  /**
   * A model's name as its caller wrote it, taken apart.
   *
   * @param provider the provider that was named; empty for a bare name
   * @param model the model without the provider
   */
  public record Named(Optional<ProviderConfig> provider, String model) {}

  /** Takes {@code provider/model} apart; a slash may also belong to a bare model's name. */
  public Named named(String text, Snapshot snapshot) {
    int slash = text.indexOf('/');
    if (slash > 0 && slash < text.length() - 1) {
      Optional<ProviderConfig> provider = provider(text.substring(0, slash), snapshot);
      if (provider.isPresent()) {
        return new Named(provider, text.substring(slash + 1));
      }
    }
    return new Named(Optional.empty(), text);
  }

  /** The candidates of a call. */
  public Route route(
      Named named, List<String> fallbacks, Snapshot snapshot, Entitlement entitlement) {
    List<Candidate> candidates = new ArrayList<>(1 + fallbacks.size());
    if (named.provider().isPresent()) {
      candidates.add(new Candidate(named.provider().get(), named.model()));
    } else {
      addBare(candidates, named.model(), snapshot, entitlement, fallbacks.isEmpty());
    }
    if (candidates.isEmpty()) {
      return new Route.Nowhere(notFound(named.model()));
    }
    for (String fallback : fallbacks) {
      Named next = named(fallback, snapshot);
      next.provider().ifPresent(p -> candidates.add(new Candidate(p, next.model())));
    }
    return new Route.To(candidates);
  }

  private void addBare(
      List<Candidate> candidates,
      String model,
      Snapshot snapshot,
      Entitlement entitlement,
      boolean all) {
    Optional<List<Share>> shares = entitlement.shares(model);
    if (shares.isPresent()) {
      List<Share> rest = new ArrayList<>(shares.get());
      rest.sort(Comparator.comparingDouble(Share::weight).reversed());
      if (!rest.isEmpty()) {
        Share first = pick(rest);
        rest.remove(first);
        rest.addFirst(first);
      }
      for (Share share : all ? rest : rest.subList(0, Math.min(1, rest.size()))) {
        provider(share.provider(), snapshot)
            .ifPresent(p -> candidates.add(new Candidate(p, model)));
      }
      return;
    }
    for (ProviderConfig provider : owners.providersOf(model, snapshot)) {
      candidates.add(new Candidate(provider, model));
    }
  }

  private Share pick(List<Share> shares) {
    double sum = shares.stream().mapToDouble(Share::weight).sum();
    double at = random.getAsDouble() * sum;
    for (Share share : shares) {
      at -= share.weight();
      if (at < 0) {
        return share;
      }
    }
    return shares.getFirst();
  }

  /** A provider that is configured, or one that needs no configuration. */
  private Optional<ProviderConfig> provider(String name, Snapshot snapshot) {
    Optional<ProviderConfig> configured = snapshot.provider(name);
    if (configured.isPresent()) {
      return configured;
    }
    return registry
        .find(name)
        .filter(adapter -> adapter.vendor().isEmpty() && !adapter.keyRequired())
        .map(adapter -> ProviderConfig.named(name));
  }

  private static Refusal notFound(String model) {
    return new Refusal(
        404,
        "model_not_found",
        "model_not_found",
        "no configured provider serves model '"
            + model
            + "'; name one as provider/model, or list the model at a key of a provider"
            + " (GET /v1/models shows what is served)",
        Optional.of("model"),
        Optional.empty(),
        false);
  }
}
