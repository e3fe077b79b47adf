package bifrost.governance.price;

import bifrost.api.ledger.Slot;
import bifrost.api.model.Usage;
import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one unit of each kind costs, in billionths of a US dollar per million units.
 *
 * <p>Costs are exact integers: the products of all kinds are added first and rounded up once, so a
 * cost is never below the truth and less than a billionth of a dollar above it.
 *
 * @param input tokens of the prompt that no cache was asked about
 * @param output tokens of the answer
 * @param cacheRead tokens of the prompt that the upstream read from its cache
 * @param cacheWrite tokens of the prompt that the upstream wrote to its cache
 * @param images images made
 * @param audioMillis audio, in milliseconds
 * @param characters characters spoken
 */
public record Price(
    long input,
    long output,
    long cacheRead,
    long cacheWrite,
    long images,
    long audioMillis,
    long characters) {
  /** Nothing costs anything. */
  public static final Price FREE = new Price(0, 0, 0, 0, 0, 0, 0);

  /** The greatest price: ten million dollars per million units. */
  public static final long MOST = 10_000_000L * 1_000_000_000L;

  private static final long PER = 1_000_000;

  /** Refuses a price out of range. */
  public Price {
    for (long price :
        new long[] {input, output, cacheRead, cacheWrite, images, audioMillis, characters}) {
      if (price < 0 || price > MOST) {
        throw new IllegalArgumentException("price is " + price + ", use 0 to " + MOST);
      }
    }
  }

  /**
   * A price by the names of its units; cached tokens cost what input does unless they are named.
   *
   * @throws IllegalArgumentException for a name that is none, or a price out of range
   */
  public static Price of(Map<String, Long> byUnit) {
    for (String unit : byUnit.keySet()) {
      if (!UNITS.contains(unit)) {
        throw new IllegalArgumentException("unknown unit '" + unit + "', use one of " + UNITS);
      }
    }
    long input = byUnit.getOrDefault("input_tokens", 0L);
    return new Price(
        input,
        byUnit.getOrDefault("output_tokens", 0L),
        byUnit.getOrDefault("cache_read_tokens", input),
        byUnit.getOrDefault("cache_write_tokens", input),
        byUnit.getOrDefault("images", 0L),
        byUnit.getOrDefault("audio_millis", 0L),
        byUnit.getOrDefault("characters", 0L));
  }

  /** The names of the units. */
  static final java.util.List<String> UNITS =
      java.util.List.of(
          "input_tokens",
          "output_tokens",
          "cache_read_tokens",
          "cache_write_tokens",
          "images",
          "audio_millis",
          "characters");

  /** The price of each unit that costs something, by its name. */
  public Map<String, Long> byUnit() {
    long[] prices = {input, output, cacheRead, cacheWrite, images, audioMillis, characters};
    Map<String, Long> byUnit = new TreeMap<>();
    for (int i = 0; i < prices.length; i++) {
      if (prices[i] > 0) {
        byUnit.put(UNITS.get(i), prices[i]);
      }
    }
    return byUnit;
  }

  /** What a call cost, in billionths of a US dollar. */
  public long cost(Usage usage) {
    long cached = usage.cacheReadTokens() + usage.cacheWriteTokens();
    return sum(
        Math.max(0, usage.inputTokens() - cached),
        input,
        usage.cacheReadTokens(),
        cacheRead,
        usage.cacheWriteTokens(),
        cacheWrite,
        usage.outputTokens(),
        output,
        usage.images(),
        images,
        usage.audioMillis(),
        audioMillis,
        usage.characters(),
        characters);
  }

  /** What a prompt may cost at most, whatever the upstream does with its cache. */
  public long promptCeiling(long tokens) {
    return sum(tokens, Math.max(input, Math.max(cacheRead, cacheWrite)));
  }

  /** What output tokens cost. */
  public long outputCost(long tokens) {
    return sum(tokens, output);
  }

  /** How many output tokens an amount pays for; {@link Long#MAX_VALUE} when they are free. */
  public long outputTokensFor(long nanos) {
    if (output == 0) {
      return Long.MAX_VALUE;
    }
    long high = Math.multiplyHigh(nanos, PER);
    return high == 0 && nanos * PER >= 0
        ? nanos * PER / output
        : BigInteger.valueOf(nanos)
            .multiply(BigInteger.valueOf(PER))
            .divide(BigInteger.valueOf(output))
            .min(BigInteger.valueOf(Long.MAX_VALUE))
            .longValue();
  }

  /** What images, audio and characters cost. */
  public long mediaCost(long imageCount, long millis, long characterCount) {
    return sum(imageCount, images, millis, audioMillis, characterCount, characters);
  }

  /** The greater price of each unit. */
  Price max(Price other) {
    return new Price(
        Math.max(input, other.input),
        Math.max(output, other.output),
        Math.max(cacheRead, other.cacheRead),
        Math.max(cacheWrite, other.cacheWrite),
        Math.max(images, other.images),
        Math.max(audioMillis, other.audioMillis),
        Math.max(characters, other.characters));
  }

  /** This share of each price, in hundredths, rounded up. */
  Price percent(int percent) {
    return new Price(
        part(input, percent),
        part(output, percent),
        part(cacheRead, percent),
        part(cacheWrite, percent),
        part(images, percent),
        part(audioMillis, percent),
        part(characters, percent));
  }

  private static long part(long price, int percent) {
    return Math.ceilDiv(Math.multiplyExact(price, percent), 100);
  }

  /** The sum of units times prices, per million, rounded up; it stops at what a slot can hold. */
  private static long sum(long... unitsAndPrices) {
    long sum = 0;
    for (int i = 0; i < unitsAndPrices.length; i += 2) {
      long product = unitsAndPrices[i] * unitsAndPrices[i + 1];
      if (Math.multiplyHigh(unitsAndPrices[i], unitsAndPrices[i + 1]) != 0
          || product < 0
          || sum + product < 0) {
        return wideSum(unitsAndPrices);
      }
      sum += product;
    }
    return Math.min(Math.ceilDiv(sum, PER), Slot.MAX_VALUE);
  }

  private static long wideSum(long... unitsAndPrices) {
    BigInteger sum = BigInteger.valueOf(PER - 1);
    for (int i = 0; i < unitsAndPrices.length; i += 2) {
      sum =
          sum.add(
              BigInteger.valueOf(unitsAndPrices[i])
                  .multiply(BigInteger.valueOf(unitsAndPrices[i + 1])));
    }
    return sum.divide(BigInteger.valueOf(PER)).min(BigInteger.valueOf(Slot.MAX_VALUE)).longValue();
  }
}
