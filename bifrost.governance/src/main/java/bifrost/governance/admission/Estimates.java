package bifrost.governance.admission;

import bifrost.api.governance.AdmissionRequest;
import bifrost.api.model.Usage;

/** What an attempt is taken to have used where the upstream did not say, or not all of it. */
final class Estimates {
  /** Bytes of a millisecond of audio at 128 kbit/s. */
  private static final long BYTES_PER_MILLI = 16;

  /** Audio of unknown size. */
  private static final long FIRST_AUDIO_MILLIS = 60_000;

  private Estimates() {}

  /** Whether there is nothing in it to charge for. */
  static boolean isNothing(Usage usage) {
    return usage.totalTokens() == 0
        && usage.images() == 0
        && usage.audioMillis() == 0
        && usage.characters() == 0;
  }

  /**
   * Tokens that an attempt is expected to come to.
   *
   * @param firstOutput output tokens of each choice where nothing has been learned
   */
  static long tokens(AdmissionRequest request, Expectation expectation, long firstOutput) {
    return promptOf(request, expectation) + output(request, expectation, firstOutput);
  }

  /**
   * The usage of an attempt that did not complete, or whose upstream reports none: its prompt as
   * reported or expected, its output as seen; where nothing was seen at all, what is expected.
   */
  static Usage of(AdmissionRequest request, Expectation expectation, Usage seen) {
    boolean nothing = isNothing(seen);
    long bytes = request.inputBytes();
    long images = seen.images();
    long audioMillis = seen.audioMillis();
    long characters = seen.characters();
    if (nothing) {
      switch (request.operation()) {
        case IMAGE_GENERATION -> images = Math.max(1, request.choices());
        case SPEECH -> characters = Math.max(0, bytes);
        case TRANSCRIPTION ->
            audioMillis = bytes < 0 ? FIRST_AUDIO_MILLIS : bytes / BYTES_PER_MILLI;
        default -> {
          // Text is counted in tokens.
        }
      }
    }
    return new Usage(
        seen.inputTokens() > 0 ? seen.inputTokens() : promptOf(request, expectation),
        nothing ? output(request, expectation, 0) : seen.outputTokens(),
        seen.cacheReadTokens(),
        seen.cacheWriteTokens(),
        seen.reasoningTokens(),
        images,
        audioMillis,
        characters);
  }

  private static long promptOf(AdmissionRequest request, Expectation expectation) {
    boolean text =
        switch (request.operation()) {
          case SPEECH, TRANSCRIPTION -> false;
          default -> true;
        };
    return text ? expectation.promptTokens(request.inputBytes()) : 0;
  }

  private static long output(AdmissionRequest request, Expectation expectation, long first) {
    if (!Ceiling.limitable(request.operation())) {
      return 0;
    }
    long each = expectation.unknown() ? first : expectation.outputTokens();
    if (request.maxOutputTokens().isPresent()) {
      each = Math.min(each, request.maxOutputTokens().getAsLong());
    }
    return each * Math.max(1, request.choices());
  }
}
