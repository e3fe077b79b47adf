package bifrost.governance.admission;

import bifrost.api.governance.Charged;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.VirtualKey;
import bifrost.api.snapshot.VirtualKey.ProviderGrant;
import bifrost.governance.limit.Meters;
import java.util.List;
import java.util.Optional;

/**
 * What the requests of one virtual key share: its rows, its meters, its habits.
 *
 * <p>Made when the key is first used and again when a row of it changes; the habits are kept. One
 * without a key stands for all requests that present none.
 */
final class KeyPlan {
  private final Optional<VirtualKey> key;
  private final Optional<Team> team;
  private final Optional<Customer> customer;
  private final Charged charged;
  private final Meters meters;
  private final List<GrantMeters> grants;
  private final Expectation expectation;

  /** The snapshot that the rows were last compared with. */
  private volatile long revision;

  private volatile long usedMillis;

  KeyPlan(
      Optional<VirtualKey> key,
      Optional<Team> team,
      Optional<Customer> customer,
      Meters meters,
      List<GrantMeters> grants,
      Expectation expectation,
      long revision) {
    this.key = key;
    this.team = team;
    this.customer = customer;
    this.charged =
        key.isEmpty()
            ? Charged.NOBODY
            : new Charged(
                key.get().id(),
                key.get().name(),
                key.get().teamId().orElse(""),
                customer.map(Customer::id).orElse(""));
    this.meters = meters;
    this.grants = List.copyOf(grants);
    this.expectation = expectation;
    this.revision = revision;
  }

  /** Requests without a virtual key. */
  static KeyPlan anonymous() {
    return new KeyPlan(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Meters.NONE,
        List.of(),
        new Expectation(),
        0);
  }

  /** The meters of a grant. */
  record GrantMeters(ProviderGrant grant, Meters meters) {}

  /** Whether these are the rows that it was made of. */
  boolean isOf(VirtualKey otherKey, Optional<Team> otherTeam, Optional<Customer> otherCustomer) {
    return key.isPresent()
        && key.get() == otherKey
        && same(team, otherTeam)
        && same(customer, otherCustomer);
  }

  private static <T> boolean same(Optional<T> a, Optional<T> b) {
    return a.orElse(null) == b.orElse(null);
  }

  Optional<VirtualKey> key() {
    return key;
  }

  Optional<Team> team() {
    return team;
  }

  Optional<Customer> customer() {
    return customer;
  }

  /** The key's id; empty without a key. */
  String keyId() {
    return charged.virtualKeyId();
  }

  Charged charged() {
    return charged;
  }

  /** The meters of key, team and customer. */
  Meters meters() {
    return meters;
  }

  List<GrantMeters> grants() {
    return grants;
  }

  Expectation expectation() {
    return expectation;
  }

  long revision() {
    return revision;
  }

  void compared(long newRevision) {
    revision = newRevision;
  }

  long usedMillis() {
    return usedMillis;
  }

  void used(long now) {
    if (now - usedMillis > 1_000 || now < usedMillis) {
      usedMillis = now;
    }
  }

  /** The grant for a provider and model; the first one that allows the model, else the first. */
  Optional<GrantMeters> grant(String provider, String model) {
    GrantMeters first = null;
    for (GrantMeters candidate : grants) {
      if (candidate.grant().provider().equals(provider)) {
        if (candidate.grant().models().allows(model)) {
          return Optional.of(candidate);
        }
        first = first == null ? candidate : first;
      }
    }
    return Optional.ofNullable(first);
  }

  /** Whether the provider is allowed at all. */
  boolean allowsProvider(String provider) {
    if (key.isEmpty() || key.get().allowAllProviders()) {
      return true;
    }
    for (GrantMeters candidate : grants) {
      if (candidate.grant().provider().equals(provider)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the provider may be asked for the model. */
  boolean allows(String provider, String model) {
    if (key.isEmpty()) {
      return true;
    }
    Optional<GrantMeters> grant = grant(provider, model);
    return grant.isPresent()
        ? grant.get().grant().models().allows(model)
        : key.get().allowAllProviders();
  }

  /** Whether any provider may be asked for the model. */
  boolean allowsSomewhere(String model) {
    if (key.isEmpty() || key.get().allowAllProviders()) {
      return true;
    }
    for (GrantMeters candidate : grants) {
      if (candidate.grant().models().allows(model)) {
        return true;
      }
    }
    return false;
  }
}
