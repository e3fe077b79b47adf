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

  /** For so many answers no limit is trusted after an upstream has ignored one. */
  private static final int DISTRUST = 256;

  /** Vendors count a few tokens more than they were limited to; that is not ignoring it. */
  private static final double TOLERANCE = 1.25;

  private static final int TOLERATED_TOKENS = 16;

  /** Tokens for each byte of a body, before anything is known. */
  private static final double FIRST_TOKENS_PER_BYTE = 0.25;

  private volatile int prompts;
  private volatile int answers;
  private volatile double outputTokens;
  private volatile double tokensPerByte = FIRST_TOKENS_PER_BYTE;
  private volatile double mostTokensPerByte = 1;
  private volatile double tokensPerPrompt;
  private volatile int distrusted;

  /** Whether no answer has completed yet. */
  boolean unknown() {
    return answers == 0;
  }

  /** Output tokens of one choice, rounded up. */
  long outputTokens() {
    return (long) Math.ceil(outputTokens);
  }

  /** Tokens of a prompt of so many bytes; below 0 bytes, of a prompt of unknown size. */
  long promptTokens(long bytes) {
    return (long) Math.ceil(bytes < 0 ? tokensPerPrompt : bytes * tokensPerByte);
  }

  /**
   * Whether upstreams are taken to keep the limits of output that the governor sets. Where one has
   * ignored a limit, nothing is limited for a while: what the caller allows is held.
   */
  boolean limitsAreKept() {
    return distrusted == 0;
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
   * @param outputLimit the output tokens of each choice that the governor had limited it to; 0 when
   *     it had not
   */
  void learn(AdmissionRequest request, Usage usage, long outputLimit) {
    if (usage.inputTokens() > 0) {
      double before = tokensPerPrompt;
      double tokens = usage.inputTokens();
      tokensPerPrompt = before == 0 ? tokens : before + (tokens - before) / MEMORY;
    }
    if (request.inputBytes() > 0 && usage.inputTokens() > 0) {
      double ratio = (double) usage.inputTokens() / request.inputBytes();
      prompts = Math.min(MEMORY, prompts + 1);
      tokensPerByte = prompts == 1 ? ratio : tokensPerByte + (ratio - tokensPerByte) / prompts;
      mostTokensPerByte = Math.max(ratio, mostTokensPerByte);
    }
    double output = (double) usage.outputTokens() / Math.max(1, request.choices());
    boolean limited = outputLimit > 0 && output >= outputLimit;
    if (outputLimit > 0 && output > outputLimit * TOLERANCE + TOLERATED_TOKENS) {
      distrusted = DISTRUST;
    } else {
      distrusted = Math.max(0, distrusted - 1);
    }
    if (Ceiling.limitable(request.operation()) && (!limited || output > outputTokens)) {
      answers = Math.min(MEMORY, answers + 1);
      outputTokens = answers == 1 ? output : outputTokens + (output - outputTokens) / answers;
    }
  }
}
