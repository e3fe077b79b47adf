package bifrost.admin.rest.entity;

import bifrost.api.management.ManagementRequest;
import bifrost.api.model.InvalidConfigException;
import java.util.Set;
import java.util.TreeSet;

/** Parameters of a query: numbers in their ranges, and no name that is not known. */
public final class Queries {
  private Queries() {}

  /** Refuses a parameter of another name: a filter that is not applied would give wrong answers. */
  public static void require(ManagementRequest request, Set<String> known) {
    for (String name : request.query().keySet()) {
      if (!known.contains(name)) {
        String cut = name.length() > 64 ? name.substring(0, 64) + "..." : name;
        throw new InvalidConfigException(
            cut,
            known.isEmpty()
                ? "unknown query parameter, there are none here"
                : "unknown query parameter, use " + String.join(", ", new TreeSet<>(known)));
      }
    }
  }

  /** A whole number in a range. */
  public static long number(
      ManagementRequest request, String name, long least, long most, long fallback) {
    String text = request.query().get(name);
    if (text == null) {
      return fallback;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // refused below
    }
    throw new InvalidConfigException(
        name, "use a whole number from %d to %d".formatted(least, most));
  }
}
