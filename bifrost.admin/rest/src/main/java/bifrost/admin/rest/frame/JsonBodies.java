package bifrost.admin.rest.frame;

import bifrost.api.model.InvalidConfigException;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON of requests, bounded and strict, and of answers. */
public final class JsonBodies {
  private static final int DEEPEST = 32;
  private static final int LONGEST_STRING = 256 << 10;
  private static final int LONGEST_NAME = 256;
  private static final int LONGEST_NUMBER = 40;
  private static final int MOST_TOKENS = 50_000;
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private final JsonMapper mapper =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxStringLength(LONGEST_STRING)
                          .maxNameLength(LONGEST_NAME)
                          .maxNumberLength(LONGEST_NUMBER)
                          .maxTokenCount(MOST_TOKENS)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /**
   * The object that some bytes in UTF-8 are.
   *
   * @throws InvalidConfigException when they are none; the message never quotes them
   */
  public Map<String, Object> object(byte[] bytes) {
    try {
      if (firstVisible(bytes) != '{') {
        throw new InvalidConfigException("", "the body is not a JSON object: it starts with '{'");
      }
      return mapper.readValue(bytes, OBJECT);
    } catch (JacksonException e) {
      String place =
          e.getLocation() == null
              ? ""
              : " at line %d, column %d"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new InvalidConfigException(
          "", "the body is no JSON that is taken here" + place + ": " + reason(e));
    }
  }

  /** The text of a value, in UTF-8. */
  public byte[] bytes(Object value) {
    return mapper.writeValueAsBytes(value);
  }

  private static int firstVisible(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b;
      }
    }
    return -1;
  }

  /** The parser's messages may quote the body, which may hold a secret: only their first words. */
  private static String reason(JacksonException e) {
    String message = e.getOriginalMessage();
    if (message == null) {
      return "no reason given";
    }
    String line = message.lines().findFirst().orElse("");
    if (line.startsWith("Duplicate")) {
      return "a member stands twice in its object";
    }
    int quote = line.indexOf(" (");
    int name = line.indexOf('\'');
    int end = Math.min(quote < 0 ? line.length() : quote, name < 0 ? line.length() : name);
    return line.substring(0, Math.min(end, 120)).strip();
  }
}
