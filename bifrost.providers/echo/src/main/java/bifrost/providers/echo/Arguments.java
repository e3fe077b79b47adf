package bifrost.providers.echo;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The arguments of a tool call: the text itself when it is a JSON object, else an empty object. */
final class Arguments {
  private static final JsonFactory JSON = new JsonFactory();

  private Arguments() {}

  static String of(String text) {
    String trimmed = text.strip();
    if (!trimmed.startsWith("{")) {
      return "{}";
    }
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), trimmed)) {
      JsonToken token = parser.nextToken();
      parser.skipChildren();
      return token == JsonToken.START_OBJECT && parser.nextToken() == null ? trimmed : "{}";
    } catch (JacksonException e) {
      return "{}";
    }
  }
}
