package bifrost.governance.price;

import bifrost.api.model.Usage;
import java.util.List;
import java.util.Objects;

/**
 * The price of a model, and the bounds of one call of it.
 *
 * @param base the price of a call with a short prompt
 * @param tiers what replaces it for longer prompts, by rising thresholds
 * @param batchPercent the part of the price that a batch pays
 * @param contextTokens the most tokens of a prompt; 0 when unknown
 * @param maxOutputTokens the most tokens of an answer; 0 when unknown
 */
public record ModelPrice(
    Price base, List<Tier> tiers, int batchPercent, long contextTokens, long maxOutputTokens) {
  /** Nothing costs anything. */
  public static final ModelPrice FREE = of(Price.FREE);

  /** Copies the list; refuses thresholds that do not rise and percentages out of range. */
  public ModelPrice {
    Objects.requireNonNull(base, "base is null");
    tiers = List.copyOf(tiers);
    for (int i = 1; i < tiers.size(); i++) {
      if (tiers.get(i).aboveInputTokens() <= tiers.get(i - 1).aboveInputTokens()) {
        throw new IllegalArgumentException("above_input_tokens must rise from tier to tier");
      }
    }
    if (batchPercent < 0 || batchPercent > 100) {
      throw new IllegalArgumentException("batch_percent is " + batchPercent + ", use 0 to 100");
    }
    if (contextTokens < 0 || maxOutputTokens < 0) {
      throw new IllegalArgumentException(
          "context_tokens and max_output_tokens must not be negative");
    }
  }

  /** A price without tiers, batches and bounds. */
  static ModelPrice of(Price price) {
    return new ModelPrice(price, List.of(), 100, 0, 0);
  }

  /** What a call cost, in billionths of a US dollar. */
  public long cost(Usage usage) {
    return at(usage.inputTokens()).cost(usage);
  }

  /** What a call of a batch cost, in billionths of a US dollar. */
  public long batchCost(Usage usage) {
    return at(usage.inputTokens()).percent(batchPercent).cost(usage);
  }

  /** The highest price of each unit that a prompt of at most so many tokens can lead to. */
  public Price highest(long promptTokens) {
    Price highest = base;
    for (Tier tier : tiers) {
      if (promptTokens > tier.aboveInputTokens()) {
        highest = highest.max(tier.price());
      }
    }
    return highest;
  }

  private Price at(long inputTokens) {
    Price price = base;
    for (Tier tier : tiers) {
      if (inputTokens > tier.aboveInputTokens()) {
        price = tier.price();
      }
    }
    return price;
  }

  /**
   * Other prices for longer prompts.
   *
   * @param aboveInputTokens prompts with more tokens than this pay it, for all of their tokens
   * @param price the price
   */
  public record Tier(long aboveInputTokens, Price price) {
    /** Refuses a negative threshold and {@code null}. */
    public Tier {
      if (aboveInputTokens < 0) {
        throw new IllegalArgumentException("above_input_tokens is negative");
      }
      Objects.requireNonNull(price, "price is null");
    }
  }
}
