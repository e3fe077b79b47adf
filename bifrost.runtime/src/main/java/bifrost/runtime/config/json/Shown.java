package bifrost.runtime.config.json;

/** Values as they may stand in a message: short, on one line, without control characters. */
final class Shown {
  private static final int LONGEST = 64;

  private Shown() {}

  static String text(String value) {
    StringBuilder out = new StringBuilder();
    value
        .codePoints()
        .limit(LONGEST)
        .forEach(c -> out.appendCodePoint(Character.isISOControl(c) || c == '"' ? '?' : c));
    return value.codePointCount(0, value.length()) > LONGEST ? out + "..." : out.toString();
  }

  static String kind(Object value) {
    return switch (value) {
      case null -> "null";
      case String text -> "a string";
      case JsonNumber number -> "the number " + text(number.text());
      case Boolean flag -> flag.toString();
      case java.util.List<?> list -> "a list";
      default -> "an object";
    };
  }
}
