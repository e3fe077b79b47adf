package bifrost.runtime.config.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON document as plain values: {@code Map}, {@code List}, {@code String}, {@link JsonNumber},
 * {@code Boolean} and {@code null}. Members keep their order.
 */
public final class JsonTree {
  /** The deepest nesting that is read. */
  public static final int DEEPEST = 40;

  private static final int LONGEST_STRING = 1 << 20;
  private static final int LONGEST_NAME = 1024;
  private static final int LONGEST_NUMBER = 64;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(LONGEST_STRING)
                  .maxNameLength(LONGEST_NAME)
                  .maxNumberLength(LONGEST_NUMBER)
                  .build())
          .build();

  private final JsonParser parser;
  private final Problems problems;

  private JsonTree(JsonParser parser, Problems problems) {
    this.parser = parser;
    this.problems = problems;
  }

  /**
   * Reads a document that must be an object.
   *
   * @param json the document in UTF-8
   * @param problems takes what is wrong with it, doubled members among it
   * @return the object; empty when it is none, or no JSON
   */
  public static Optional<Map<String, Object>> object(byte[] json, Problems problems) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      JsonTree tree = new JsonTree(parser, problems);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        problems.add("", "the document is not a JSON object: it must start with '{'");
        return Optional.empty();
      }
      Map<String, Object> object = tree.members("");
      if (parser.nextToken() != null) {
        problems.add("", "something follows the end of the document " + place(parser));
        return Optional.empty();
      }
      return Optional.of(object);
    } catch (JacksonException e) {
      problems.add(
          "", "not well-formed JSON " + place(e) + ": " + firstLine(e.getOriginalMessage()));
      return Optional.empty();
    }
  }

  private Map<String, Object> members(String path) {
    Map<String, Object> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      Object value =
          switch (parser.currentToken()) {
            case START_OBJECT -> members(Paths.member(path, name));
            case START_ARRAY -> elements(Paths.member(path, name));
            default -> scalar();
          };
      if (members.containsKey(name)) {
        problems.add(Paths.member(path, name), "stands twice; keep one of them");
      } else {
        members.put(name, value);
      }
    }
    return members;
  }

  private List<Object> elements(String path) {
    List<Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(
          switch (parser.currentToken()) {
            case START_OBJECT -> members(Paths.element(path, elements.size()));
            case START_ARRAY -> elements(Paths.element(path, elements.size()));
            default -> scalar();
          });
    }
    return elements;
  }

  private Object scalar() {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getString());
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      default -> null;
    };
  }

  private static String place(JsonParser parser) {
    return "at line %d, column %d"
        .formatted(
            parser.currentTokenLocation().getLineNr(), parser.currentTokenLocation().getColumnNr());
  }

  private static String place(JacksonException e) {
    return e.getLocation() == null
        ? "at an unknown place"
        : "at line %d, column %d"
            .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
  }

  /** The parser's messages quote the text at fault, which may be a secret: only the first words. */
  private static String firstLine(String message) {
    if (message == null) {
      return "no reason given";
    }
    String line = message.lines().findFirst().orElse("");
    int quote = line.indexOf(" (");
    String cut = quote > 0 ? line.substring(0, quote) : line;
    return cut.length() > 160 ? cut.substring(0, 160) : cut;
  }
}
