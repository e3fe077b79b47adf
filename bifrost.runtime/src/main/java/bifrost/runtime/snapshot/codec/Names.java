package bifrost.runtime.snapshot.codec;

import java.util.Locale;

/** Constants as they are stored: in lower case. */
final class Names {
  private Names() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** The constant with a name, or an {@code IllegalArgumentException}. */
  static <E extends Enum<E>> E constant(Class<E> type, String name) {
    return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
  }
}
