package bifrost.admin.rest.governance;

import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ModelConfig;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.VirtualKey;

/** Everyone who holds budgets and rate limits, one after the other. */
final class LimitOwners {
  private LimitOwners() {}

  /** Is told of each owner's limits. */
  interface Visitor {
    /**
     * An owner with limits.
     *
     * @param member what the owner's id is called in the API, for example {@code team_id}
     * @param id its id
     * @param limits its limits
     */
    void visit(String member, String id, Limits limits);
  }

  static void visit(Snapshot snapshot, Visitor visitor) {
    for (ProviderConfig provider : snapshot.providers()) {
      tell(visitor, "provider", provider.id(), provider.limits());
    }
    for (ModelConfig config : snapshot.all(ModelConfig.class)) {
      tell(visitor, "model_config_id", config.id(), config.limits());
    }
    for (Customer customer : snapshot.all(Customer.class)) {
      tell(visitor, "customer_id", customer.id(), customer.limits());
    }
    for (Team team : snapshot.all(Team.class)) {
      tell(visitor, "team_id", team.id(), team.limits());
    }
    for (VirtualKey key : snapshot.all(VirtualKey.class)) {
      tell(visitor, "virtual_key_id", key.id(), key.limits());
      for (VirtualKey.ProviderGrant grant : key.providers()) {
        tell(visitor, "provider_config_id", grant.id(), grant.limits());
      }
    }
  }

  private static void tell(Visitor visitor, String member, String id, Limits limits) {
    if (limits.any()) {
      visitor.visit(member, id, limits);
    }
  }
}
