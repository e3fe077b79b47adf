package bifrost.runtime.config.json;

import bifrost.api.model.Secret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The members of one JSON object, read by name and checked as they are read.
 *
 * <p>A member that is {@code null} counts as absent. A value of the wrong kind, or out of range, is
 * reported by its path and then counts as absent, so that reading goes on and finds the rest.
 * {@link #end} reports the members that nobody asked for. A string, and in its place a number or a
 * boolean, may be written as {@code env.NAME}.
 */
public final class Fields {
  private final String path;
  private final Map<String, Object> members;
  private final Values values;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();
  private final int problemsBefore;

  /** The members of a document. */
  public Fields(Map<String, Object> members, Environment environment, Problems problems) {
    this("", members, new Values(environment, problems));
  }

  private Fields(String path, Map<String, Object> members, Values values) {
    this.path = path;
    this.members = members;
    this.values = values;
    this.problems = values.problems();
    this.problemsBefore = problems.count();
  }

  /** The path of this object; empty for the document. */
  public String path() {
    return path;
  }

  /** The path of a member; of the object itself for an empty name. */
  public String path(String name) {
    return name.isEmpty() ? path : Paths.member(path, name);
  }

  /** Whether a member is there. */
  public boolean has(String name) {
    return members.get(name) != null;
  }

  /** The members as they were written. */
  public Map<String, Object> raw() {
    return members;
  }

  /** Reports an error of a member. */
  public void refuse(String name, String message) {
    problems.add(path(name), message);
  }

  /** Reports a warning about a member. */
  public void warn(String name, String message) {
    problems.warn(path(name), message);
  }

  /** A string. */
  public Optional<String> text(String name) {
    Object value = take(name);
    return value == null
        ? Optional.empty()
        : Optional.ofNullable(values.text(() -> path(name), value));
  }

  /** A string that must be there and not be empty. */
  public String requiredText(String name) {
    Object value = take(name);
    if (value == null) {
      refuse(name, "is missing");
      return "";
    }
    String text = values.text(() -> path(name), value);
    if (text != null && text.isBlank()) {
      refuse(name, "is empty");
    }
    return text == null ? "" : text;
  }

  /** A credential: a reference is resolved and kept beside the value. */
  public Optional<Secret> secret(String name) {
    Object value = take(name);
    return value == null
        ? Optional.empty()
        : Optional.ofNullable(values.secret(() -> path(name), value));
  }

  /** A whole number. */
  public OptionalLong whole(String name, long least, long most) {
    Object value = values.scalar(() -> path(name), take(name));
    if (value == null) {
      return OptionalLong.empty();
    }
    if (!(value instanceof JsonNumber number)) {
      refuse(name, "must be a whole number, it is " + Shown.kind(value));
      return OptionalLong.empty();
    }
    OptionalLong whole = number.whole();
    if (whole.isEmpty() || whole.getAsLong() < least || whole.getAsLong() > most) {
      refuse(
          name,
          "is %s, use a whole number from %d to %d"
              .formatted(Shown.text(number.text()), least, most));
      return OptionalLong.empty();
    }
    return whole;
  }

  /** A number. */
  public OptionalDouble real(String name, double least, double most) {
    Object value = values.scalar(() -> path(name), take(name));
    if (value == null) {
      return OptionalDouble.empty();
    }
    if (!(value instanceof JsonNumber number)) {
      refuse(name, "must be a number, it is " + Shown.kind(value));
      return OptionalDouble.empty();
    }
    double real = number.real();
    if (!(real >= least && real <= most)) {
      refuse(
          name,
          "is %s, use a number from %s to %s"
              .formatted(Shown.text(number.text()), plain(least), plain(most)));
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(real);
  }

  /** A boolean. */
  public Optional<Boolean> flag(String name) {
    Object value = values.scalar(() -> path(name), take(name));
    if (value == null || value instanceof Boolean) {
      return Optional.ofNullable((Boolean) value);
    }
    refuse(name, "must be true or false, it is " + Shown.kind(value));
    return Optional.empty();
  }

  /** One of the given words. */
  public <T> Optional<T> choice(String name, Map<String, T> choices) {
    Optional<String> word = text(name);
    if (word.isPresent() && !choices.containsKey(word.get())) {
      refuse(
          name,
          "is '%s', use one of %s"
              .formatted(Shown.text(word.get()), String.join(", ", choices.keySet())));
      return Optional.empty();
    }
    return word.map(choices::get);
  }

  /** A list of strings; empty when the member is absent. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    List<?> elements = list(name);
    for (int i = 0; i < elements.size(); i++) {
      int index = i;
      String text = values.text(() -> Paths.element(path(name), index), elements.get(i));
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }

  /** A list of credentials; empty when the member is absent. */
  public List<Secret> secrets(String name) {
    List<Secret> secrets = new ArrayList<>();
    List<?> elements = list(name);
    for (int i = 0; i < elements.size(); i++) {
      int index = i;
      Secret secret = values.secret(() -> Paths.element(path(name), index), elements.get(i));
      if (secret != null) {
        secrets.add(secret);
      }
    }
    return secrets;
  }

  /** A string for each member of an object; empty when the member is absent. */
  public Map<String, String> textMap(String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    object(name)
        .ifPresent(
            inner ->
                inner.members.forEach(
                    (key, value) -> {
                      String text = inner.values.text(() -> inner.path(key), value);
                      if (text != null) {
                        texts.put(key, text);
                      }
                    }));
    return texts;
  }

  /** A credential for each member of an object; empty when the member is absent. */
  public Map<String, Secret> secretMap(String name) {
    Map<String, Secret> secrets = new LinkedHashMap<>();
    object(name)
        .ifPresent(
            inner ->
                inner.members.forEach(
                    (key, value) -> {
                      Secret secret = values.secret(() -> inner.path(key), value);
                      if (secret != null) {
                        secrets.put(key, secret);
                      }
                    }));
    return secrets;
  }

  /** An object; whoever takes it calls its {@link #end}. */
  public Optional<Fields> object(String name) {
    return Optional.ofNullable(object(path(name), take(name), false));
  }

  /** A list of objects; empty when the member is absent. */
  public List<Fields> objects(String name) {
    List<Fields> objects = new ArrayList<>();
    List<?> elements = list(name);
    for (int i = 0; i < elements.size(); i++) {
      Fields object = object(Paths.element(path(name), i), elements.get(i), true);
      if (object != null) {
        objects.add(object);
      }
    }
    return objects;
  }

  /** Every member of this object as an object, by its name. */
  public Map<String, Fields> objectsByName() {
    Map<String, Fields> objects = new LinkedHashMap<>();
    for (Map.Entry<String, Object> member : members.entrySet()) {
      known.add(member.getKey());
      Fields object = object(path(member.getKey()), member.getValue(), true);
      if (object != null) {
        objects.put(member.getKey(), object);
      }
    }
    return objects;
  }

  /** A member of any kind, as it was written; absent is {@code null}. */
  public Object any(String name) {
    return take(name);
  }

  /** Takes a member that has no effect here; one line says why. */
  public void ignore(String name, String reason) {
    if (take(name) != null) {
      warn(name, "has no effect: " + reason);
    }
  }

  /** Makes a value of what was read; nothing when something was wrong with this object. */
  public <T> Optional<T> build(Supplier<T> maker) {
    if (problems.count() > problemsBefore) {
      return Optional.empty();
    }
    try {
      return Optional.of(maker.get());
    } catch (IllegalArgumentException e) {
      problems.add(path, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Reports every member that nobody asked for. */
  public void end() {
    for (String name : members.keySet()) {
      if (!known.contains(name)) {
        problems.add(path(name), "unknown field" + Nearest.hint(name, known));
      }
    }
  }

  private Object take(String name) {
    known.add(name);
    return members.get(name);
  }

  private List<?> list(String name) {
    Object value = take(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    refuse(name, "must be a list, it is " + Shown.kind(value));
    return List.of();
  }

  @SuppressWarnings("unchecked")
  private Fields object(String at, Object value, boolean mustBeThere) {
    if (value == null && !mustBeThere) {
      return null;
    }
    if (value instanceof Map<?, ?> map) {
      return new Fields(at, (Map<String, Object>) map, values);
    }
    problems.add(at, "must be an object, it is " + Shown.kind(value));
    return null;
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
