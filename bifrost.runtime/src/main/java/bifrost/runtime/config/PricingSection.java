package bifrost.runtime.config;

import bifrost.runtime.config.json.Fields;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the file says of prices, as properties of the governance bundle. */
final class PricingSection {
  private static final String PID = "bifrost.governance";

  private final Map<String, Object> properties = new LinkedHashMap<>();

  /** The section {@code framework}: where the catalogue of prices is. */
  void framework(Fields section) {
    section.object("pricing").ifPresent(this::pricing);
    section.end();
  }

  /** What an attempt at a model without a price may cost, of the section {@code governance}. */
  void governance(Fields section) {
    section
        .real("unpriced_ceiling_usd", 0, 1_000_000)
        .ifPresent(
            dollars ->
                properties.put(
                    "unpriced_ceiling_usd", java.math.BigDecimal.valueOf(dollars).toPlainString()));
  }

  /** Adds what was said, if anything was. */
  void addTo(Map<String, Map<String, Object>> plugins) {
    if (!properties.isEmpty()) {
      plugins.computeIfAbsent(PID, pid -> new LinkedHashMap<>()).putAll(properties);
    }
  }

  private void pricing(Fields pricing) {
    pricing.text("pricing_url").ifPresent(url -> properties.put("prices_location", url));
    pricing
        .whole("pricing_sync_interval", 60, 2_592_000)
        .ifPresent(seconds -> properties.put("prices_refresh_seconds", seconds));
    pricing.ignore("live_models_sync_interval", "models are asked for when they are listed");
    pricing.end();
  }
}
