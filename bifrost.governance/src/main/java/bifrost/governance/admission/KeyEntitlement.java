package bifrost.governance.admission;

import bifrost.api.governance.Entitlement;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.Snapshot;
import bifrost.governance.limit.Holder;
import bifrost.governance.limit.MeterCache;
import bifrost.governance.limit.Meters;
import bifrost.governance.price.PriceBook;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the requests of one plan may use. */
final class KeyEntitlement implements Entitlement {
  private final KeyPlan plan;
  private final Snapshot snapshot;
  private final PriceBook prices;
  private final MeterCache owners;
  private final long now;

  KeyEntitlement(KeyPlan plan, Snapshot snapshot, PriceBook prices, MeterCache owners, long now) {
    this.plan = plan;
    this.snapshot = snapshot;
    this.prices = prices;
    this.owners = owners;
    this.now = now;
  }

  @Override
  public boolean allows(String provider, String model) {
    return plan.allows(provider, model);
  }

  @Override
  public boolean allowsKey(String provider, String keyId) {
    if (plan.key().isEmpty()) {
      return true;
    }
    boolean listed = false;
    for (KeyPlan.GrantMeters candidate : plan.grants()) {
      if (candidate.grant().provider().equals(provider)) {
        listed = true;
        if (candidate.grant().allowsKey(keyId)) {
          return true;
        }
      }
    }
    return !listed && plan.key().get().allowAllProviders();
  }

  /**
   * The grants that allow the model and are within their limits, with their weights.
   *
   * <p>A grant whose filter allows everything says nothing about what its provider serves. So where
   * the catalogue lists the model at some of the granted providers, those that are not known to
   * serve it are left out.
   */
  @Override
  public Optional<List<Share>> shares(String model) {
    if (plan.key().isEmpty() || plan.grants().isEmpty()) {
      return Optional.empty();
    }
    List<Share> known = new ArrayList<>();
    List<Share> others = new ArrayList<>();
    for (KeyPlan.GrantMeters candidate : plan.grants()) {
      var grant = candidate.grant();
      if (!grant.models().allows(model)
          || candidate.meters().exhausted(now)
          || providerMeters(snapshot, grant.provider(), owners).exhausted(now)) {
        continue;
      }
      Share share = new Share(grant.provider(), grant.weight().orElse(0.0));
      boolean serves =
          grant.models().names(model) || prices.lists(snapshot, grant.provider(), model);
      (serves ? known : others).add(share);
    }
    return Optional.of(List.copyOf(known.isEmpty() ? others : known));
  }

  /** The meters of all traffic to a provider. */
  static Meters providerMeters(Snapshot snapshot, String provider, MeterCache owners) {
    Optional<ProviderConfig> config = snapshot.provider(provider);
    return config.isEmpty() || !config.get().limits().any()
        ? Meters.NONE
        : owners.of("provider/" + provider, config.get().limits(), Holder.provider(provider));
  }
}
