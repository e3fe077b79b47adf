package bifrost.governance.admission;

import bifrost.api.snapshot.Snapshot;
import bifrost.governance.price.PriceBook;
import bifrost.governance.routing.Rules;
import java.util.Objects;

/**
 * What is derived from a snapshot as a whole rather than from one key: rebuilt only when something
 * of it has changed.
 *
 * @param models limits on models
 * @param prices what models cost
 * @param rules where requests go
 */
public record Rulebook(ModelLimits models, PriceBook prices, Rules rules) {
  /** Refuses {@code null}. */
  public Rulebook {
    Objects.requireNonNull(models, "models is null");
    Objects.requireNonNull(prices, "prices is null");
    Objects.requireNonNull(rules, "rules is null");
  }

  /** The rulebook of a snapshot. */
  public static Rulebook of(Snapshot snapshot, PriceBook prices, Rules rules) {
    return new Rulebook(ModelLimits.of(snapshot), prices.with(snapshot), rules);
  }
}
