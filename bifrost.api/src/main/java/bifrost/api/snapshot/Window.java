package bifrost.api.snapshot;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The length of a budget's or rate limit's window, as {@code 1m} or {@code 5s}.
 *
 * @param count how many units, 1 to 100,000
 * @param unit the unit
 */
public record Window(int count, Unit unit) {
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,4}|100000)([smhdwMY])");

  /** Refuses a count outside 1 to 100,000. */
  public Window {
    if (count < 1 || count > 100_000) {
      throw new IllegalArgumentException("count is " + count + ", use 1 to 100000");
    }
  }

  /** The window with this text, or an {@code IllegalArgumentException} that says the form. */
  public static Window parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "window '"
              + text
              + "' is not a whole number and one of s m h d w M Y, for example 30s, 1h, 1M");
    }
    return new Window(Integer.parseInt(matcher.group(1)), Unit.of(matcher.group(2).charAt(0)));
  }

  /** The form that {@link #parse} takes. */
  @Override
  public String toString() {
    return count + String.valueOf(unit.symbol);
  }

  /** Units of a window. */
  public enum Unit {
    /** {@code s} */
    SECOND('s'),
    /** {@code m} */
    MINUTE('m'),
    /** {@code h} */
    HOUR('h'),
    /** {@code d} */
    DAY('d'),
    /** {@code w} */
    WEEK('w'),
    /** {@code M} */
    MONTH('M'),
    /** {@code Y} */
    YEAR('Y');

    private final char symbol;

    Unit(char symbol) {
      this.symbol = symbol;
    }

    /** The letter that stands for it. */
    public char symbol() {
      return symbol;
    }

    private static Unit of(char symbol) {
      for (Unit unit : values()) {
        if (unit.symbol == symbol) {
          return unit;
        }
      }
      throw new IllegalArgumentException("unknown unit '" + symbol + "'");
    }
  }
}
