package bifrost.api.model;

/**
 * What an upstream call consumed, as far as it is known.
 *
 * <p>Counts are totals of one call, never increments: a later usage of the same call replaces an
 * earlier one. {@code cacheReadTokens} and {@code cacheWriteTokens} are parts of {@code
 * inputTokens}; {@code reasoningTokens} are part of {@code outputTokens}. Formats that report them
 * apart are converted by their provider.
 *
 * @param inputTokens tokens of the prompt, cached ones included
 * @param outputTokens tokens of the answer, reasoning included
 * @param cacheReadTokens input tokens read from the upstream's prompt cache
 * @param cacheWriteTokens input tokens written to the upstream's prompt cache
 * @param reasoningTokens output tokens that the caller does not see
 * @param images images made
 * @param audioMillis audio heard or spoken, in milliseconds
 * @param characters characters spoken, where speech is priced by them
 */
public record Usage(
    long inputTokens,
    long outputTokens,
    long cacheReadTokens,
    long cacheWriteTokens,
    long reasoningTokens,
    long images,
    long audioMillis,
    long characters) {

  /** Nothing was consumed, or nothing is known. */
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0, 0, 0);

  /** Refuses a negative count: an upstream that reports one is not to be believed. */
  public Usage {
    if ((inputTokens
            | outputTokens
            | cacheReadTokens
            | cacheWriteTokens
            | reasoningTokens
            | images
            | audioMillis
            | characters)
        < 0) {
      throw new IllegalArgumentException(
          "usage has a negative count: input %d, output %d, cache read %d, cache write %d, reasoning %d"
              .formatted(
                  inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens));
    }
  }

  /** Input and output tokens without any detail. */
  public static Usage ofTokens(long inputTokens, long outputTokens) {
    return new Usage(inputTokens, outputTokens, 0, 0, 0, 0, 0, 0);
  }

  /** Input plus output tokens. */
  public long totalTokens() {
    return inputTokens + outputTokens;
  }
}
