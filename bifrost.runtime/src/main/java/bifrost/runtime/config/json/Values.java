package bifrost.runtime.config.json;

import bifrost.api.model.Secret;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Single values of a document, each with its path, which is made only when it is needed: a start
 * reads tens of millions of them. References are resolved; a value that cannot be used is reported
 * and then {@code null}.
 *
 * @param environment resolves references
 * @param problems takes what is wrong
 */
record Values(Environment environment, Problems problems) {
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{1,18})?");

  String text(Supplier<String> at, Object value) {
    if (!(value instanceof String text)) {
      problems.add(at.get(), "must be a string, it is " + Shown.kind(value));
      return null;
    }
    return environment.resolves(text) ? variable(at, text) : text;
  }

  Secret secret(Supplier<String> at, Object value) {
    if (!(value instanceof String text)) {
      problems.add(at.get(), "must be a string, it is " + Shown.kind(value));
      return null;
    }
    if (!environment.resolvesSecret(text)) {
      return Secret.of(text);
    }
    String resolved = variable(at, text);
    return resolved == null ? null : Secret.ofReference(text, resolved);
  }

  /** The value itself; a reference becomes the number, the boolean or the string that it names. */
  Object scalar(Supplier<String> at, Object value) {
    if (!(value instanceof String text) || !environment.resolves(text)) {
      return value;
    }
    String resolved = variable(at, text);
    if (resolved == null) {
      return null;
    }
    if (NUMBER.matcher(resolved).matches()) {
      return new JsonNumber(resolved);
    }
    return switch (resolved) {
      case "true" -> true;
      case "false" -> false;
      default -> resolved;
    };
  }

  private String variable(Supplier<String> at, String reference) {
    Optional<String> value = environment.resolve(reference);
    if (value.isEmpty()) {
      problems.add(
          at.get(), "environment variable " + Environment.variable(reference) + " is not set");
    }
    return value.orElse(null);
  }
}
