package bifrost.runtime.config;

import bifrost.runtime.config.json.Fields;
import bifrost.runtime.config.json.JsonNumber;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Members of any kind as properties of Configuration Admin: nested objects by dotted names, lists
 * as arrays of strings.
 */
final class FlatProperties {
  private FlatProperties() {}

  /** Copies the named members, as far as they are there. */
  static void copy(Fields fields, Collection<String> names, Map<String, Object> properties) {
    names.forEach(name -> copy(fields, name, name, properties));
  }

  /** Copies all members but some. */
  static void copyAll(Fields fields, Set<String> but, Map<String, Object> properties) {
    for (String name : fields.raw().keySet()) {
      if (!but.contains(name)) {
        copy(fields, name, name, properties);
      }
    }
  }

  private static void copy(
      Fields fields, String name, String property, Map<String, Object> properties) {
    switch (fields.any(name)) {
      case null -> {
        // absent
      }
      case String text -> fields.text(name).ifPresent(value -> properties.put(property, value));
      case Boolean flag -> properties.put(property, flag);
      case JsonNumber number -> {
        if (number.whole().isPresent()) {
          properties.put(property, number.whole().getAsLong());
        } else {
          fields
              .real(name, -Double.MAX_VALUE, Double.MAX_VALUE)
              .ifPresent(value -> properties.put(property, value));
        }
      }
      case List<?> list -> properties.put(property, fields.texts(name).toArray(String[]::new));
      default ->
          fields
              .object(name)
              .ifPresent(
                  inner -> {
                    for (String key : inner.raw().keySet()) {
                      copy(inner, key, property + "." + key, properties);
                    }
                  });
    }
  }
}
