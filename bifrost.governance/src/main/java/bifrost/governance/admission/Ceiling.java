package bifrost.governance.admission;

import bifrost.api.governance.AdmissionRequest;
import bifrost.api.model.Operation;
import bifrost.governance.price.ModelPrice;
import bifrost.governance.price.Price;

/**
 * What one attempt may cost at most, and how much of that can be taken away by limiting its output.
 *
 * <p>The prompt cannot be limited: its part is a bound that holds whatever the text is. The output
 * can, for operations whose upstream takes such a limit: {@link #amount} and {@link #tokens} lead
 * from tokens to money and back. All amounts are billionths of a US dollar.
 *
 * @param fixed what cannot be limited: prompt, images, audio, characters
 * @param price the price of output tokens
 * @param maxOutputTokens the most output tokens of each choice if nothing is held back
 * @param assumed whether that number is neither the caller's nor the catalogue's, so that it holds
 *     only if it is sent
 * @param choices how many answers are made
 * @param limitable whether the upstream takes a limit of output tokens
 */
record Ceiling(
    long fixed,
    Price price,
    long maxOutputTokens,
    boolean assumed,
    int choices,
    boolean limitable) {
  /** Output tokens where neither caller nor catalogue has a limit; it is then sent as one. */
  static final long ASSUMED_OUTPUT_TOKENS = 16_384;

  /** Prompt tokens where neither the size nor the context is known. */
  private static final long ASSUMED_PROMPT_TOKENS = 1_000_000;

  /** The largest upload that vendors take. */
  private static final long LARGEST_UPLOAD = 25L << 20;

  private static final int MOST_CHOICES = 1_000;

  /** No model answers with more; keeps hostile limits from overflowing. */
  private static final long MOST_OUTPUT_TOKENS = 100_000_000;

  /**
   * The ceiling of an attempt.
   *
   * <p>Audio is bounded by a millisecond for each byte, which is 8 kbit/s.
   */
  static Ceiling of(AdmissionRequest request, ModelPrice model, Expectation expectation) {
    boolean known = request.inputBytes() >= 0;
    long bytes = known ? request.inputBytes() : LARGEST_UPLOAD;
    long prompt = known ? expectation.mostPromptTokens(bytes) : ASSUMED_PROMPT_TOKENS;
    if (model.contextTokens() > 0) {
      prompt = Math.min(prompt, model.contextTokens());
    }
    Price price = model.highest(prompt);
    int choices = Math.clamp(request.choices(), 1, MOST_CHOICES);
    long output = request.maxOutputTokens().orElse(Long.MAX_VALUE);
    if (model.maxOutputTokens() > 0) {
      output = Math.min(output, model.maxOutputTokens());
    }
    boolean assumed = output == Long.MAX_VALUE;
    if (assumed) {
      output = ASSUMED_OUTPUT_TOKENS;
    }
    long media = price.mediaCost(images(request.operation(), choices), bytes, bytes);
    return new Ceiling(
        price.promptCeiling(prompt) + media,
        price,
        Math.clamp(output, 1, MOST_OUTPUT_TOKENS),
        assumed,
        choices,
        price.output() > 0 && limitable(request.operation()) && expectation.limitsAreKept());
  }

  /** A ceiling that is the same for every attempt. */
  static Ceiling fixed(long nanos) {
    return new Ceiling(nanos, Price.FREE, 1, false, 1, false);
  }

  /** Everything. */
  long whole() {
    return amount(maxOutputTokens);
  }

  /** What an attempt with so many output tokens of each choice costs at most. */
  long amount(long outputTokens) {
    long each = Math.min(outputTokens, maxOutputTokens);
    return fixed + price.outputCost(Math.multiplyExact(each, (long) choices));
  }

  /** How many output tokens of each choice an amount pays for; below 0 when not even the prompt. */
  long tokens(long amount) {
    return amount < fixed
        ? -1
        : Math.min(maxOutputTokens, price.outputTokensFor(amount - fixed) / choices);
  }

  private static long images(Operation operation, int choices) {
    return operation == Operation.IMAGE_GENERATION ? choices : 0;
  }

  /** Whether an operation's upstream takes a limit of output tokens. */
  static boolean limitable(Operation operation) {
    return switch (operation) {
      case CHAT_COMPLETION, TEXT_COMPLETION, RESPONSES -> true;
      default -> false;
    };
  }
}
