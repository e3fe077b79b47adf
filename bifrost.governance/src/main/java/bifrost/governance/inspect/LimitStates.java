package bifrost.governance.inspect;

import bifrost.api.governance.LimitInspector;
import bifrost.api.governance.LimitState;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ModelConfig;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.VirtualKey;
import bifrost.api.snapshot.VirtualKey.ProviderGrant;
import bifrost.governance.admission.Refusals;
import bifrost.governance.limit.Books;
import bifrost.governance.limit.BudgetMeter;
import bifrost.governance.limit.Holder;
import bifrost.governance.limit.Meter;
import bifrost.governance.limit.Meters;
import bifrost.governance.limit.RateMeter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** Finds a limit in the configuration and says how far it is used. */
public final class LimitStates implements LimitInspector {
  private final Books books;
  private final InstantSource clock;
  private final Supplier<Snapshot> snapshots;

  /**
   * States of the limits of a snapshot.
   *
   * @param books where they are counted
   * @param clock tells the windows
   * @param snapshots gives the snapshot of now
   */
  public LimitStates(Books books, InstantSource clock, Supplier<Snapshot> snapshots) {
    this.books = books;
    this.clock = clock;
    this.snapshots = snapshots;
  }

  @Override
  public Optional<LimitState> budget(String id) {
    return find(
        (limits, holder) ->
            has(limits.budgets(), budget -> budget.id().equals(id))
                ? state(Meters.of(limits, holder, books).budgets(), id)
                : Optional.empty());
  }

  @Override
  public Optional<LimitState> rateLimit(String id) {
    return find(
        (limits, holder) -> {
          if (!has(limits.rateLimits(), rate -> rate.id().equals(id))) {
            return Optional.empty();
          }
          Meters meters = Meters.of(limits, holder, books);
          return state(meters.requests(), id).or(() -> state(meters.tokens(), id));
        });
  }

  @Override
  public List<LimitState> of(Entity owner) {
    List<LimitState> states = new ArrayList<>();
    switch (owner) {
      case ProviderConfig provider -> add(states, provider.limits(), Holder.provider(owner.id()));
      case ModelConfig config -> add(states, config.limits(), Holder.of(config));
      case Customer customer -> add(states, customer.limits(), Holder.customer(customer.name()));
      case Team team -> add(states, team.limits(), Holder.team(team.name()));
      case VirtualKey key -> {
        add(states, key.limits(), Holder.virtualKey(key.name()));
        for (ProviderGrant grant : key.providers()) {
          add(states, grant.limits(), Holder.grant(grant.provider(), key.name()));
        }
      }
      default -> {
        // it holds no limits
      }
    }
    return states;
  }

  private void add(List<LimitState> states, Limits limits, Holder holder) {
    if (limits.any()) {
      Meters meters = Meters.of(limits, holder, books);
      meters.budgets().forEach(meter -> states.add(state(meter)));
      meters.requests().forEach(meter -> states.add(state(meter)));
      meters.tokens().forEach(meter -> states.add(state(meter)));
    }
  }

  private static <T> boolean has(Iterable<T> rows, Function<T, Boolean> wanted) {
    for (T row : rows) {
      if (wanted.apply(row)) {
        return true;
      }
    }
    return false;
  }

  private Optional<LimitState> state(Iterable<? extends Meter> meters, String id) {
    for (Meter meter : meters) {
      if (meter.id().equals(id)) {
        return Optional.of(state(meter));
      }
    }
    return Optional.empty();
  }

  private LimitState state(Meter meter) {
    long now = clock.millis();
    Meter.Reading reading = meter.at(now);
    String kind =
        switch (meter) {
          case BudgetMeter budget -> budget.budget().kind().name();
          case RateMeter rate -> rate.rate().metric().name();
        };
    long override = meter instanceof BudgetMeter budget ? budget.overrideAt(reading.period()) : 0;
    return new LimitState(
        meter.id(),
        meter.holder().label(),
        kind.toLowerCase(Locale.ROOT),
        reading.limit(),
        override,
        reading.counter().total(),
        reading.counter().held(),
        reading.period().startMillis(),
        reading.period().endMillis(),
        books.ledger().slots(reading.counter().id(), reading.period().startMillis()),
        reading.free() > 0
            ? Optional.empty()
            : Optional.of(Refusals.exceeded(reading, now).message()));
  }

  /** Asks every owner of limits, those of which there are few first. */
  private Optional<LimitState> find(BiFunction<Limits, Holder, Optional<LimitState>> ask) {
    Snapshot snapshot = snapshots.get();
    return first(
            snapshot.all(ProviderConfig.class),
            owner -> ask.apply(owner.limits(), Holder.provider(owner.id())))
        .or(
            () ->
                first(
                    snapshot.all(ModelConfig.class),
                    owner -> ask.apply(owner.limits(), Holder.of(owner))))
        .or(
            () ->
                first(
                    snapshot.all(Customer.class),
                    owner -> ask.apply(owner.limits(), Holder.customer(owner.name()))))
        .or(
            () ->
                first(
                    snapshot.all(Team.class),
                    owner -> ask.apply(owner.limits(), Holder.team(owner.name()))))
        .or(() -> first(snapshot.all(VirtualKey.class), key -> ofKey(key, ask)));
  }

  private static Optional<LimitState> ofKey(
      VirtualKey key, BiFunction<Limits, Holder, Optional<LimitState>> ask) {
    Optional<LimitState> found =
        key.limits().any()
            ? ask.apply(key.limits(), Holder.virtualKey(key.name()))
            : Optional.empty();
    for (ProviderGrant grant : key.providers()) {
      if (found.isEmpty() && grant.limits().any()) {
        found = ask.apply(grant.limits(), Holder.grant(grant.provider(), key.name()));
      }
    }
    return found;
  }

  private static <E> Optional<LimitState> first(
      Iterable<E> owners, Function<E, Optional<LimitState>> ask) {
    for (E owner : owners) {
      Optional<LimitState> found = ask.apply(owner);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
