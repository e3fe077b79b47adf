package bifrost.admin.rest.entity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Changes an object by what was sent: members that are left out stay, {@code null} clears, objects
 * are changed member by member, a list replaces the list.
 *
 * <p>An element of {@code budgets}, {@code provider_configs} and the like that is the successor of
 * one that is there (same id, else same window or provider) is changed as an object is: so a limit
 * that is sent without its id keeps its count. A limit that is new begins to count at its creation.
 */
final class MergePatch {
  private static final String CREATED = "created_at";
  private static final String RATE_LIMIT = "rate_limit";
  private static final String RATE_LIMITS = "rate_limits";
  private static final Map<String, Function<Map<String, Object>, String>> SUCCESSORS =
      Map.of(
          "budgets",
          budget -> text(budget, "reset_duration"),
          RATE_LIMITS,
          rate -> text(rate, "token_reset_duration") + " " + text(rate, "request_reset_duration"),
          "provider_configs",
          grant -> text(grant, "provider"));
  private static final Set<String> LIMITS = Set.of("budgets", RATE_LIMITS, RATE_LIMIT);
  private static final Set<String> SHOWN_ONLY = Set.of("updated_at", "version");

  private final String now;

  /**
   * A change.
   *
   * @param now the time at which new limits begin
   */
  MergePatch(String now) {
    this.now = now;
  }

  /** What was sent, without the members that are only shown. */
  static Map<String, Object> settable(Map<String, Object> sent) {
    Map<String, Object> object = new LinkedHashMap<>();
    sent.forEach(
        (name, value) -> {
          if (!SHOWN_ONLY.contains(name)) {
            object.put(name, withoutUsage(value));
          }
        });
    return object;
  }

  /** The object after the change. */
  Map<String, Object> apply(Map<String, Object> object, Map<String, Object> change) {
    Map<String, Object> result = new LinkedHashMap<>(object);
    change.forEach((name, value) -> set(result, name, value));
    return result;
  }

  private void set(Map<String, Object> result, String name, Object value) {
    if (name.equals(RATE_LIMIT)) {
      result.remove(RATE_LIMITS);
    } else if (name.equals(RATE_LIMITS)) {
      result.remove(RATE_LIMIT);
    }
    Object old = result.get(name);
    switch (value) {
      case null -> result.remove(name);
      case Map<?, ?> map when old instanceof Map<?, ?> before ->
          result.put(name, apply(members(before), members(map)));
      case Map<?, ?> map -> result.put(name, begun(name, apply(Map.of(), members(map))));
      case List<?> list when SUCCESSORS.containsKey(name) ->
          result.put(name, elements(name, old instanceof List<?> olds ? olds : List.of(), list));
      default -> result.put(name, value);
    }
  }

  private List<Object> elements(String name, List<?> olds, List<?> sent) {
    List<Map<String, Object>> open = new ArrayList<>();
    for (Object old : olds) {
      if (old instanceof Map<?, ?> map) {
        open.add(members(map));
      }
    }
    List<Object> result = new ArrayList<>();
    for (Object element : sent) {
      if (element instanceof Map<?, ?> map) {
        Map<String, Object> change = members(map);
        Map<String, Object> old = predecessor(name, open, change);
        open.remove(old);
        Map<String, Object> next = apply(old, change);
        result.add(old.isEmpty() ? begun(name, next) : next);
      } else {
        result.add(element);
      }
    }
    return result;
  }

  /** The element that this one takes the place of; empty when it is new. */
  private static Map<String, Object> predecessor(
      String name, List<Map<String, Object>> olds, Map<String, Object> change) {
    Object id = change.get("id");
    Function<Map<String, Object>, String> key =
        id == null ? SUCCESSORS.get(name) : element -> String.valueOf(element.get("id"));
    String wanted = key.apply(change);
    return olds.stream().filter(old -> key.apply(old).equals(wanted)).findFirst().orElse(Map.of());
  }

  private Map<String, Object> begun(String name, Map<String, Object> limit) {
    if (LIMITS.contains(name)) {
      limit.putIfAbsent(CREATED, now);
    }
    return limit;
  }

  private static Object withoutUsage(Object value) {
    return switch (value) {
      case List<?> list -> {
        List<Object> elements = new ArrayList<>();
        list.forEach(element -> elements.add(withoutUsage(element)));
        yield elements;
      }
      case Map<?, ?> map -> {
        Map<String, Object> members = new LinkedHashMap<>();
        members(map)
            .forEach(
                (name, member) -> {
                  if (!LimitUsage.ADDED.contains(name)) {
                    members.put(name, withoutUsage(member));
                  }
                });
        yield members;
      }
      case null, default -> value;
    };
  }

  private static String text(Map<String, Object> object, String member) {
    return String.valueOf(object.get(member));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> members(Map<?, ?> map) {
    return (Map<String, Object>) map;
  }
}
