package bifrost.runtime.routing;

import bifrost.api.snapshot.ProviderKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;

/**
 * The keys of one provider for one call: chosen by weight, dead ones left out, rate-limited ones
 * passed over as long as there are others.
 */
public final class KeyRing {
  private final List<ProviderKey> eligible;
  private final DoubleSupplier random;
  private final Set<String> dead = new HashSet<>();
  private final Set<String> limited = new HashSet<>();

  /**
   * A ring of these keys.
   *
   * @param eligible the keys that serve the model and that the caller may use
   * @param random numbers from 0 to 1
   */
  public KeyRing(List<ProviderKey> eligible, DoubleSupplier random) {
    this.eligible = eligible;
    this.random = random;
  }

  /** A key that is neither dead nor rate-limited, by weight; empty when there is none. */
  public Optional<ProviderKey> next() {
    if (eligible.size() == 1 && dead.isEmpty() && limited.isEmpty()) {
      return Optional.of(eligible.getFirst());
    }
    List<ProviderKey> live = new ArrayList<>(eligible.size());
    double sum = 0;
    for (ProviderKey key : eligible) {
      if (!dead.contains(key.id()) && !limited.contains(key.id())) {
        live.add(key);
        sum += key.weight();
      }
    }
    return live.isEmpty() ? Optional.empty() : Optional.of(pick(live, sum));
  }

  /** The key is refused by the upstream: not used again for this call. */
  public void kill(ProviderKey key) {
    dead.add(key.id());
  }

  /** The key is rate-limited: used again only after {@link #forgive}. */
  public void limit(ProviderKey key) {
    limited.add(key.id());
  }

  /** All keys that are not dead may be used again. */
  public void forgive() {
    limited.clear();
  }

  /** Whether there are keys, and all of them are dead. */
  public boolean allDead() {
    return !eligible.isEmpty() && dead.size() == eligible.size();
  }

  private ProviderKey pick(List<ProviderKey> live, double sum) {
    if (sum <= 0) {
      return live.get((int) (random.getAsDouble() * live.size()));
    }
    double at = random.getAsDouble() * sum;
    ProviderKey last = live.getFirst();
    for (ProviderKey key : live) {
      if (key.weight() > 0) {
        last = key;
        at -= key.weight();
        if (at < 0) {
          return key;
        }
      }
    }
    return last;
  }
}
