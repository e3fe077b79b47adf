package bifrost.runtime.format;

import java.util.OptionalLong;

/**
 * What differs between the body that came in and the one that goes out; every other byte stays.
 *
 * @param wireModel what the model is called on the wire
 * @param streamUsage whether to ask for usage in the stream
 * @param maxOutputTokens the limit of the answer that replaces a greater one, and none
 * @param limitField the member that states the limit where the body has none
 */
public record RawEdits(
    String wireModel, boolean streamUsage, OptionalLong maxOutputTokens, String limitField) {}
