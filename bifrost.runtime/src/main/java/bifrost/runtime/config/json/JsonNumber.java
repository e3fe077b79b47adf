package bifrost.runtime.config.json;

import java.util.OptionalLong;

/**
 * A JSON number as it was written; converted only by whoever knows what it has to be.
 *
 * @param text the number's text
 */
public record JsonNumber(String text) {
  private static final int MOST_DIGITS = 19;

  /** The value when it is written as a whole number that fits a {@code long}. */
  public OptionalLong whole() {
    int digits = text.startsWith("-") ? text.length() - 1 : text.length();
    if (digits > MOST_DIGITS
        || !text.chars().skip(text.length() - digits).allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** The nearest {@code double}, which may be infinite. */
  public double real() {
    return Double.parseDouble(text);
  }
}
