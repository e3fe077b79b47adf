package bifrost.governance;

import bifrost.api.model.InvalidConfigException;
import bifrost.governance.admission.Unpriced;
import bifrost.governance.limit.Share;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/**
 * The settings of the governor, validated.
 *
 * @param pricesLocation a file or URL; empty for the catalogue that is shipped
 * @param pricesRefresh how often it is read again
 * @param unpriced what becomes of models without a price
 * @param idleKeys after how long the habits of an unused key are forgotten
 * @param share the part of hard budgets that this node may spend
 */
record GovernorSettings(
    String pricesLocation,
    Duration pricesRefresh,
    Unpriced unpriced,
    Duration idleKeys,
    Share share) {
  private static final long LONGEST = 2_592_000;
  private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);

  /** The settings of a configuration, or an {@link InvalidConfigException} that names the field. */
  static GovernorSettings from(GovernorConfig config) {
    return new GovernorSettings(
        config.prices__location().strip(),
        seconds("prices_refresh_seconds", config.prices__refresh__seconds()),
        new Unpriced(nanos(config.unpriced__ceiling__usd())),
        seconds("idle_key_seconds", config.idle__key__seconds()),
        share(config.hard__budget__share()));
  }

  private static Share share(long millionths) {
    if (millionths < 0 || millionths > Share.WHOLE) {
      throw new InvalidConfigException(
          "hard_budget_share", "is %d, use 0 to %d".formatted(millionths, Share.WHOLE));
    }
    return new Share(millionths);
  }

  private static Duration seconds(String name, long value) {
    if (value < 60 || value > LONGEST) {
      throw new InvalidConfigException(name, "is " + value + ", use 60 to " + LONGEST);
    }
    return Duration.ofSeconds(value);
  }

  private static long nanos(String text) {
    try {
      BigDecimal dollars = new BigDecimal(text.strip());
      if (dollars.signum() >= 0 && dollars.compareTo(MOST) <= 0 && dollars.scale() <= 9) {
        return dollars.movePointRight(9).setScale(0, RoundingMode.CEILING).longValueExact();
      }
    } catch (NumberFormatException e) {
      // Said below, as for every other text that is no amount.
    }
    throw new InvalidConfigException(
        "unpriced_ceiling_usd",
        "is '" + text + "', use 0 to 1000000 US dollars with at most 9 decimals");
  }
}
