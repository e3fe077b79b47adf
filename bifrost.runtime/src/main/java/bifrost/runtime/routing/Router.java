package bifrost.runtime.routing;

import bifrost.api.governance.Entitlement;
import bifrost.api.governance.Entitlement.Share;
import bifrost.api.governance.RoutePlan;
import bifrost.api.model.Refusal;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Snapshot;
import bifrost.runtime.provider.ProviderRegistry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

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

  /**
   * The candidates of a call.
   *
   * @param named what the caller asked for
   * @param fallbacks what the caller wants to be tried next
   * @param plan what a routing rule says in place of it
   */
  public Route route(
      Named named,
      List<String> fallbacks,
      Optional<RoutePlan> plan,
      Snapshot snapshot,
      Entitlement entitlement) {
    List<String> next =
        plan.map(RoutePlan::fallbacks).filter(list -> !list.isEmpty()).orElse(fallbacks);
    List<Candidate> candidates = new ArrayList<>(1 + next.size());
    Named first = named;
    Optional<String> keyId = Optional.empty();
    if (plan.isPresent() && !plan.get().targets().isEmpty()) {
      RoutingRule.Target target = pick(plan.get().targets(), RoutingRule.Target::weight);
      Optional<ProviderConfig> provider =
          target.provider().isPresent()
              ? target.provider().flatMap(name -> provider(name, snapshot))
              : named.provider();
      if (target.provider().isPresent() && provider.isEmpty()) {
        return new Route.Nowhere(ruleLeadsNowhere(plan.get(), target.provider().get()));
      }
      first = new Named(provider, target.model().orElse(named.model()));
      keyId = target.keyId();
    }
    if (first.provider().isPresent()) {
      candidates.add(new Candidate(first.provider().get(), first.model(), keyId));
    } else {
      addBare(candidates, first.model(), snapshot, entitlement, next.isEmpty());
    }
    if (candidates.isEmpty()) {
      return new Route.Nowhere(notFound(first.model()));
    }
    for (String fallback : next) {
      Named then = named(fallback, snapshot);
      then.provider().ifPresent(p -> candidates.add(new Candidate(p, then.model())));
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
        Share first = pick(rest, Share::weight);
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

  private <T> T pick(List<T> among, ToDoubleFunction<T> weight) {
    double sum = among.stream().mapToDouble(weight).sum();
    double at = random.getAsDouble() * sum;
    for (T one : among) {
      at -= weight.applyAsDouble(one);
      if (at < 0) {
        return one;
      }
    }
    return among.getFirst();
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

  private static Refusal ruleLeadsNowhere(RoutePlan plan, String provider) {
    return Refusal.of(
        404,
        "model_not_found",
        "routing rule '%s' leads to provider '%s', which is not configured; mend the rule"
            .formatted(plan.ruleName(), provider));
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
