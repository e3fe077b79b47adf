package bifrost.providers.openai;

import bifrost.api.provider.Payload;
import bifrost.api.provider.ProviderCall;
import bifrost.providers.http.JsonFieldScanner;
import bifrost.providers.http.JsonFieldScanner.Field;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Counts the characters that a speech request has spoken: its answer is audio and says nothing. */
final class OpenAiSpeech {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MAX_INPUT_BYTES = 256 * 1024;

  private OpenAiSpeech() {}

  /** The characters of {@code input}; 0 where it cannot be told. */
  static long characters(ProviderCall call) {
    if (!(call.payload() instanceof Payload.Raw raw)) {
      return 0;
    }
    Optional<List<ByteBuffer>> slices = raw.body().slices();
    if (slices.isEmpty()) {
      return 0;
    }
    JsonFieldScanner scanner = new JsonFieldScanner(new Field("input", MAX_INPUT_BYTES));
    slices.get().forEach(scanner::feed);
    return scanner.value(0).map(OpenAiSpeech::length).orElse(0L);
  }

  private static long length(byte[] json) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        return 0;
      }
      String text = parser.getString();
      return text.codePointCount(0, text.length());
    } catch (JacksonException e) {
      return 0;
    }
  }
}
