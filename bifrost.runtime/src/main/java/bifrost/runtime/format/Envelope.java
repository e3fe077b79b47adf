package bifrost.runtime.format;

import java.util.List;
import java.util.OptionalLong;

/**
 * What the gateway reads of a JSON body, and where it stands in the bytes.
 *
 * @param model the model as the caller named it
 * @param modelSpan the model's value
 * @param stream whether a stream is wanted
 * @param streamOptions the value of {@code stream_options}; {@link Span#NONE} when absent
 * @param usageWanted whether the caller asked for usage in its stream
 * @param fallbacks what to try next, as {@code provider/model}
 * @param fallbacksSpan what to cut out of the body so that the member is gone
 * @param maxOutputTokens the caller's limit of the answer
 * @param limitSpans the values of every member that states it
 * @param choices how many answers are wanted
 * @param promptBytes how many of the bytes can be prompt; -1 when a part of it is not in the body
 */
public record Envelope(
    String model,
    Span modelSpan,
    boolean stream,
    Span streamOptions,
    boolean usageWanted,
    List<String> fallbacks,
    Span fallbacksSpan,
    OptionalLong maxOutputTokens,
    List<Span> limitSpans,
    int choices,
    long promptBytes) {

  /**
   * A range of bytes.
   *
   * @param start the first
   * @param end after the last
   */
  public record Span(int start, int end) {
    /** Nowhere. */
    public static final Span NONE = new Span(-1, -1);

    /** Whether it is anywhere. */
    public boolean present() {
      return start >= 0;
    }
  }
}
