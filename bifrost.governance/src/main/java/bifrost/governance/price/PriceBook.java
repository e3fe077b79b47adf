package bifrost.governance.price;

import bifrost.api.snapshot.PriceOverride;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a model costs whom: the catalogue with the overrides of the configuration above it.
 *
 * <p>Of the overrides of a model the narrowest wins: for a virtual key and a provider, for a
 * virtual key, for a provider, for all.
 */
public final class PriceBook {
  private static final Logger LOG = LoggerFactory.getLogger(PriceBook.class);

  /** Names come from requests, so what is remembered of them is bounded. */
  private static final int MOST_REMEMBERED = 10_000;

  private final Catalogue catalogue;
  private final Map<String, List<Scoped>> overrides;
  private final ConcurrentMap<Asked, Optional<ModelPrice>> remembered = new ConcurrentHashMap<>();

  private PriceBook(Catalogue catalogue, Map<String, List<Scoped>> overrides) {
    this.catalogue = catalogue;
    this.overrides = overrides;
  }

  /** The built-in catalogue without overrides. */
  public static PriceBook builtIn() {
    return new PriceBook(CatalogueReader.builtIn(), Map.of());
  }

  static PriceBook of(Catalogue catalogue) {
    return new PriceBook(catalogue, Map.of());
  }

  /** The same catalogue with the overrides of a snapshot. */
  public PriceBook with(Snapshot snapshot) {
    Map<String, List<Scoped>> byModel = new HashMap<>();
    for (PriceOverride override : snapshot.all(PriceOverride.class)) {
      try {
        byModel
            .computeIfAbsent(override.model(), model -> new ArrayList<>())
            .add(new Scoped(override, ModelPrice.of(Price.of(override.prices()))));
      } catch (IllegalArgumentException e) {
        LOG.warn("price {}: skipped, {}", override.id(), e.getMessage());
      }
    }
    return new PriceBook(catalogue, byModel);
  }

  /** The overrides of this book over another catalogue. */
  PriceBook with(Catalogue other) {
    return new PriceBook(other, overrides);
  }

  /** Which edition the catalogue is. */
  public String version() {
    return catalogue.version();
  }

  /**
   * The price of a model.
   *
   * @param snapshot tells which vendor a custom provider is
   * @param provider the provider's configured name
   * @param model the model's name before aliases
   * @param wireModel its name on the wire
   * @param virtualKeyId who asks; empty for nobody
   * @return empty when nobody knows it
   */
  public Optional<ModelPrice> price(
      Snapshot snapshot, String provider, String model, String wireModel, String virtualKeyId) {
    Optional<ModelPrice> overridden = overridden(provider, wireModel, virtualKeyId);
    if (overridden.isEmpty() && !model.equals(wireModel)) {
      overridden = overridden(provider, model, virtualKeyId);
    }
    if (overridden.isPresent()) {
      return overridden;
    }
    String vendor = snapshot.provider(provider).flatMap(ProviderConfig::base).orElse(provider);
    Optional<ModelPrice> listed = listed(vendor, wireModel);
    return listed.isEmpty() && !model.equals(wireModel) ? listed(vendor, model) : listed;
  }

  /** Whether the catalogue lists the model at this provider by its name. */
  public boolean lists(Snapshot snapshot, String provider, String model) {
    String vendor = snapshot.provider(provider).flatMap(ProviderConfig::base).orElse(provider);
    return listed(vendor, model).isPresent();
  }

  /** The names that are listed for a provider, those of overrides for everyone among them. */
  public SortedSet<String> names(Snapshot snapshot, String provider) {
    SortedSet<String> names =
        new TreeSet<>(
            catalogue.names(
                snapshot.provider(provider).flatMap(ProviderConfig::base).orElse(provider)));
    overrides.forEach(
        (model, scoped) -> {
          if (scoped.stream().anyMatch(override -> override.fits(provider, ""))) {
            names.add(model);
          }
        });
    return names;
  }

  private Optional<ModelPrice> listed(String vendor, String model) {
    Asked asked = new Asked(vendor, model);
    Optional<ModelPrice> known = remembered.get(asked);
    if (known == null) {
      known = catalogue.find(vendor, model);
      if (remembered.size() < MOST_REMEMBERED) {
        remembered.put(asked, known);
      }
    }
    return known;
  }

  private Optional<ModelPrice> overridden(String provider, String model, String virtualKeyId) {
    List<Scoped> candidates = overrides.get(model);
    if (candidates == null) {
      return Optional.empty();
    }
    Scoped best = null;
    for (Scoped candidate : candidates) {
      if (candidate.fits(provider, virtualKeyId)
          && (best == null || candidate.narrowness() > best.narrowness())) {
        best = candidate;
      }
    }
    return best == null ? Optional.empty() : Optional.of(best.price());
  }

  private record Asked(String vendor, String model) {}

  private record Scoped(PriceOverride row, ModelPrice price) {
    boolean fits(String provider, String virtualKeyId) {
      return (row.provider().isEmpty() || row.provider().get().equals(provider))
          && (row.virtualKeyId().isEmpty() || row.virtualKeyId().get().equals(virtualKeyId));
    }

    int narrowness() {
      return (row.virtualKeyId().isPresent() ? 2 : 0) + (row.provider().isPresent() ? 1 : 0);
    }
  }
}
