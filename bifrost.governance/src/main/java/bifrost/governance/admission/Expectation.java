package bifrost.governance.admission;

import bifrost.api.governance.AdmissionRequest;
import bifrost.api.model.Usage;

/**
 * What the attempts of one caller usually come to, learned from those that completed.
 *
 * <p>It decides how much an attempt holds at least when a budget is short, never how much it may
 * hold at most: a wrong guess costs usability, not the bound. Safe for any thread; an update that
 * is lost to another thread does no harm.
 */
final class Expectation {
  private static final int MEMORY = 32;
  private static final int LONG_MEMORY = 512;

  /** How much denser than any before a prompt is taken to be. */
  private static final double MARGIN = 1.25;

  /** Prompts this much longer than usual are of another kind: the part that is no text is less. */
  private static final double MARGIN_BYTES = 2;

  /** Tokens for each byte of a body, before anything is known. */
  private static final double FIRST_TOKENS_PER_BYTE = 0.25;

  private volatile int prompts;
  private volatile int answers;
  private volatile double outputTokens;
  private volatile double tokensPerByte = FIRST_TOKENS_PER_BYTE;
  private volatile double mostTokensPerByte = 1;
  private volatile double highestTokensPerByte;
  private volatile double bytesPerPrompt;

  /** Whether no answer has completed yet. */
  boolean unknown() {
    return answers == 0;
  }

  /** Output tokens of one choice, rounded up. */
  long outputTokens() {
    return (long) Math.ceil(outputTokens);
  }

  /** Tokens of a prompt of so many bytes. */
  long promptTokens(long bytes) {
    return (long) Math.ceil(bytes * tokensPerByte);
  }

  /**
   * As many tokens as a prompt of so many bytes has, judged by the densest of those that were seen
   * lately and a margin; no proof. Never more than {@link #mostPromptTokens}.
   */
  long trustedPromptTokens(long bytes) {
    double ratio = highestTokensPerByte;
    if (prompts == 0 || bytes > MARGIN_BYTES * bytesPerPrompt) {
      ratio = Math.max(ratio, FIRST_TOKENS_PER_BYTE);
    }
    return Math.min(mostPromptTokens(bytes), (long) Math.ceil(bytes * ratio * MARGIN) + 1);
  }

  /** Whether no prompt has been counted yet. */
  boolean unknownPrompt() {
    return prompts == 0;
  }

  /**
   * No prompt of so many bytes has more tokens: one for each byte, as byte-level encodings
   * guarantee, or more where the upstream was seen to add its own.
   */
  long mostPromptTokens(long bytes) {
    double most = mostTokensPerByte;
    return most == 1 ? bytes : (long) Math.ceil(bytes * most);
  }

  /**
   * Learns from an attempt that completed.
   *
   * @param request what was asked
   * @param usage what the upstream reported
   * @param limited whether the answer ran into a limit that the governor had set
   */
  void learn(AdmissionRequest request, Usage usage, boolean limited) {
    if (request.inputBytes() > 0 && usage.inputTokens() > 0) {
      double ratio = (double) usage.inputTokens() / request.inputBytes();
      prompts = Math.min(MEMORY, prompts + 1);
      tokensPerByte = prompts == 1 ? ratio : tokensPerByte + (ratio - tokensPerByte) / prompts;
      mostTokensPerByte = Math.max(ratio, mostTokensPerByte);
      double highest = highestTokensPerByte;
      highestTokensPerByte = ratio >= highest ? ratio : highest - (highest - ratio) / LONG_MEMORY;
      bytesPerPrompt += (request.inputBytes() - bytesPerPrompt) / prompts;
    }
    double output = (double) usage.outputTokens() / Math.max(1, request.choices());
    if (Ceiling.limitable(request.operation()) && (!limited || output > outputTokens)) {
      answers = Math.min(MEMORY, answers + 1);
      outputTokens = answers == 1 ? output : outputTokens + (output - outputTokens) / answers;
    }
  }
}
