package bifrost.providers.echo;

import bifrost.api.provider.Body;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads the question out of a body in OpenAI's format: {@code prompt}, or {@code input} items. */
final class RawQuestion {
  private static final JsonFactory JSON = new JsonFactory();

  private String text = "";
  private int tokens;
  private OptionalInt maxOutputTokens = OptionalInt.empty();
  private int choices = 1;

  private RawQuestion() {}

  /** The question; empty when the body is no JSON object with text in it. */
  static Optional<Question> of(Body body) {
    RawQuestion question = new RawQuestion();
    try (InputStream in = body.open();
        JsonParser parser = JSON.createParser(ObjectReadContext.empty(), in)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        question.field(parser);
      }
      return Optional.of(
          new Question(
              question.text,
              question.tokens,
              question.maxOutputTokens,
              question.choices,
              Optional.empty()));
    } catch (JacksonException | IOException e) {
      return Optional.empty();
    }
  }

  private void field(JsonParser parser) {
    String name = parser.currentName();
    JsonToken value = parser.nextToken();
    switch (name) {
      case "prompt", "input", "instructions" -> texts(parser, name.equals("instructions"));
      case "max_tokens", "max_output_tokens" -> {
        if (value == JsonToken.VALUE_NUMBER_INT) {
          maxOutputTokens = OptionalInt.of(parser.getIntValue());
        }
      }
      case "n" -> choices = value == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : 1;
      default -> parser.skipChildren();
    }
  }

  /** Counts every text of a value; the last one is what is echoed, unless it is an instruction. */
  private void texts(JsonParser parser, boolean instruction) {
    int depth = 0;
    String name = "";
    JsonToken token = parser.currentToken();
    while (true) {
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.PROPERTY_NAME) {
        name = parser.currentName();
      } else if (token == JsonToken.VALUE_STRING
          && (name.isEmpty() || name.equals("text") || name.equals("content"))) {
        tokens += Words.count(parser.getString());
        text = instruction ? text : parser.getString();
      }
      if (depth == 0) {
        return;
      }
      token = parser.nextToken();
    }
  }
}
