package bifrost.providers.openai;

import bifrost.api.model.Usage;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a {@code usage} object of any operation and vendor: {@code prompt_tokens} or {@code
 * input_tokens} and their like, with details of cache and reasoning.
 */
final class OpenAiUsage {
  private static final JsonFactory JSON = new JsonFactory();

  private long input;
  private long output;
  private long total;
  private long cached;
  private long cacheWrite;
  private long reasoning;
  private double seconds;

  private OpenAiUsage() {}

  /** The usage, or nothing when the object cannot be believed. */
  static Optional<Usage> parse(byte[] json) {
    OpenAiUsage usage = new OpenAiUsage();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      String name = "";
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.PROPERTY_NAME) {
          name = parser.currentName();
        } else if (token.isNumeric()) {
          usage.number(name, parser);
        }
      }
      return Optional.of(usage.toUsage());
    } catch (JacksonException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void number(String name, JsonParser parser) {
    switch (name) {
      case "prompt_tokens", "input_tokens" -> input = parser.getLongValue();
      case "completion_tokens", "output_tokens" -> output = parser.getLongValue();
      case "total_tokens" -> total = parser.getLongValue();
      case "cached_tokens", "prompt_cache_hit_tokens" -> cached = parser.getLongValue();
      case "cache_write_tokens" -> cacheWrite = parser.getLongValue();
      case "reasoning_tokens" -> reasoning = parser.getLongValue();
      case "seconds" -> seconds = parser.getDoubleValue();
      default -> {}
    }
  }

  private Usage toUsage() {
    // xAI counts reasoning apart from the completion; the total tells.
    boolean apart = reasoning > 0 && total == input + output + reasoning;
    return new Usage(
        input,
        apart ? output + reasoning : output,
        Math.min(cached, input),
        Math.min(cacheWrite, input),
        reasoning,
        0,
        Math.round(seconds * 1000),
        0);
  }
}
