package bifrost.runtime.config;

import bifrost.runtime.config.json.Fields;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Ids of entities in the configuration file. */
final class Ids {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@+-]{0,127}");
  private static final Pattern PROVIDER = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
  private static final Pattern NODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private Ids() {}

  /** The {@code id} of an object, or one made of its name. */
  static String of(Fields fields, String name) {
    Optional<String> id = fields.text("id");
    if (id.isEmpty()) {
      return slug(name);
    }
    if (!ID.matcher(id.get()).matches()) {
      fields.refuse(
          "id",
          "must be 1 to 128 letters, digits or . _ : @ + - and start with one of the first two");
    }
    return id.get();
  }

  /** Checks the name of a provider. */
  static void requireProvider(Fields fields, String member, String name) {
    if (!PROVIDER.matcher(name).matches()) {
      fields.refuse(member, "must be 1 to 64 of a-z 0-9 _ - and start with one of the first two");
    }
  }

  /** Whether a text may be a node's id. */
  static boolean isNode(String text) {
    return NODE.matcher(text).matches();
  }

  /** A name in the characters of an id. */
  static String slug(String name) {
    String slug =
        name.toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9._:@+-]+", "-")
            .replaceAll("^[^a-z0-9]+", "");
    return slug.length() > 128 ? slug.substring(0, 128) : slug;
  }
}
