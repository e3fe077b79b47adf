package bifrost.runtime.config.json;

import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes the plain values of {@link JsonTree}, and {@code Long} and {@code Double}, as JSON. */
public final class JsonText {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonText() {}

  /** The text of a value, members in their order. */
  public static String of(Object value) {
    return write(value, false, UnaryOperator.identity());
  }

  /**
   * The one text that equal values share, whatever the order of their members. Members that are
   * {@code null} are left out.
   *
   * @param strings replaces each string, for example references by what they stand for
   */
  public static String canonical(Object value, UnaryOperator<String> strings) {
    return write(value, true, strings);
  }

  private static String write(Object value, boolean canonical, UnaryOperator<String> strings) {
    StringWriter out = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      write(generator, value, canonical, strings);
    }
    return out.toString();
  }

  private static void write(
      JsonGenerator out, Object value, boolean canonical, UnaryOperator<String> strings) {
    switch (value) {
      case null -> out.writeNull();
      case String text -> out.writeString(strings.apply(text));
      case Boolean flag -> out.writeBoolean(flag);
      case Long whole -> out.writeNumber(whole);
      case Integer whole -> out.writeNumber(whole);
      case Double real -> out.writeNumber(real);
      case JsonNumber number -> out.writeNumber(number.text());
      case List<?> list -> {
        out.writeStartArray();
        list.forEach(element -> write(out, element, canonical, strings));
        out.writeEndArray();
      }
      case Map<?, ?> map -> {
        out.writeStartObject();
        (canonical ? new TreeMap<>(map) : map)
            .forEach(
                (name, member) -> {
                  if (member != null || !canonical) {
                    out.writeName((String) name);
                    write(out, member, canonical, strings);
                  }
                });
        out.writeEndObject();
      }
      default -> throw new IllegalArgumentException("no JSON form of " + value.getClass());
    }
  }
}
