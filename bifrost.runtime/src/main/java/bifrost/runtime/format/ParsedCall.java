package bifrost.runtime.format;

import java.util.List;
import java.util.OptionalLong;

/**
 * What an inbound format read of a request.
 *
 * @param model the model as the caller named it; empty for operations without one
 * @param stream whether a stream is wanted
 * @param usageWanted whether the caller asked for usage in its stream
 * @param fallbacks what to try next, as {@code provider/model}
 * @param maxOutputTokens the caller's limit of the answer
 * @param choices how many answers are wanted
 * @param body the body, from which each attempt's payload is made
 */
public record ParsedCall(
    String model,
    boolean stream,
    boolean usageWanted,
    List<String> fallbacks,
    OptionalLong maxOutputTokens,
    int choices,
    CallBody body) {}
