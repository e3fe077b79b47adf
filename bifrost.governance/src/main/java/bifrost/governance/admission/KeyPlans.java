package bifrost.governance.admission;

import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.VirtualKey;
import bifrost.api.snapshot.VirtualKey.ProviderGrant;
import bifrost.governance.limit.Books;
import bifrost.governance.limit.Holder;
import bifrost.governance.limit.MeterCache;
import bifrost.governance.limit.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The plans of the virtual keys that are in use.
 *
 * <p>A change of configuration costs nothing here: each plan looks at its own rows once, when the
 * first request comes with a newer snapshot. Plans of keys that are not used are dropped.
 */
final class KeyPlans {
  private final Books books;
  private final MeterCache owners;
  private final ConcurrentMap<String, KeyPlan> plans = new ConcurrentHashMap<>();

  /** The same plans by the secrets that they were last found with. */
  private final ConcurrentMap<KeyHash, KeyPlan> bySecret = new ConcurrentHashMap<>();

  KeyPlans(Books books, MeterCache owners) {
    this.books = books;
    this.owners = owners;
  }

  /**
   * The plan of the key with a secret, as the snapshot has it. A plan that was compared with this
   * snapshot before spares the search for the key, of which there may be a million.
   *
   * @return {@code null} where no key has the secret
   */
  KeyPlan of(KeyHash secret, Snapshot snapshot) {
    KeyPlan known = bySecret.get(secret);
    if (known != null && known.revision() == snapshot.revision()) {
      return known;
    }
    Optional<VirtualKey> key = snapshot.virtualKey(secret);
    if (key.isEmpty()) {
      return null;
    }
    KeyPlan plan = of(key.get(), snapshot);
    if (plan != known) {
      bySecret.put(secret, plan);
    }
    return plan;
  }

  /** The plan of a key as the snapshot has it. */
  private KeyPlan of(VirtualKey key, Snapshot snapshot) {
    KeyPlan plan = plans.get(key.id());
    if (plan != null && plan.revision() == snapshot.revision() && plan.key().orElse(null) == key) {
      return plan;
    }
    Optional<Team> team = key.teamId().flatMap(snapshot::team);
    Optional<Customer> customer =
        team.isPresent()
            ? team.get().customerId().flatMap(snapshot::customer)
            : key.customerId().flatMap(snapshot::customer);
    if (plan != null && plan.isOf(key, team, customer)) {
      plan.compared(snapshot.revision());
      return plan;
    }
    KeyPlan made = make(key, team, customer, plan, snapshot.revision());
    plans.put(key.id(), made);
    return made;
  }

  /**
   * Drops the plans of keys that were not used since a time.
   *
   * @return how many are left
   */
  int drop(long unusedSinceMillis) {
    plans.values().removeIf(plan -> plan.usedMillis() < unusedSinceMillis);
    bySecret.values().removeIf(plan -> plan.usedMillis() < unusedSinceMillis);
    return plans.size();
  }

  private KeyPlan make(
      VirtualKey key,
      Optional<Team> team,
      Optional<Customer> customer,
      KeyPlan before,
      long revision) {
    Meters meters = Meters.of(key.limits(), Holder.virtualKey(key.name()), books);
    if (team.isPresent()) {
      Team owner = team.get();
      meters =
          meters.and(owners.of("team/" + owner.id(), owner.limits(), Holder.team(owner.name())));
    }
    if (customer.isPresent()) {
      Customer owner = customer.get();
      meters =
          meters.and(
              owners.of("customer/" + owner.id(), owner.limits(), Holder.customer(owner.name())));
    }
    List<KeyPlan.GrantMeters> grants = new ArrayList<>(key.providers().size());
    for (ProviderGrant grant : key.providers()) {
      grants.add(
          new KeyPlan.GrantMeters(
              grant, Meters.of(grant.limits(), Holder.grant(grant.provider(), key.name()), books)));
    }
    return new KeyPlan(
        Optional.of(key),
        team,
        customer,
        meters,
        grants,
        before == null ? new Expectation() : before.expectation(),
        revision);
  }
}
