package bifrost.runtime.config.json;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Strings of the form {@code env.NAME}, which stand for an environment variable. */
public final class Environment {
  private static final String PREFIX = "env.";
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** For documents in which no string is a reference. */
  public static final Environment NONE = new Environment(null);

  private final Function<String, String> variables;
  private final boolean secretsOnly;

  /** With a function that gives a variable's value or {@code null}. */
  public Environment(Function<String, String> variables) {
    this(variables, false);
  }

  private Environment(Function<String, String> variables, boolean secretsOnly) {
    this.variables = variables;
    this.secretsOnly = secretsOnly;
  }

  /**
   * For documents in which only a secret may be a reference, since everything else is shown again.
   *
   * @param variables gives a variable's value or {@code null}
   */
  public static Environment forSecrets(Function<String, String> variables) {
    return new Environment(variables, true);
  }

  /** Whether a string has the form of a reference. */
  public static boolean isReference(String text) {
    return text.startsWith(PREFIX) && NAME.matcher(text.substring(PREFIX.length())).matches();
  }

  /** Whether a string is to be resolved. */
  public boolean resolves(String text) {
    return !secretsOnly && resolvesSecret(text);
  }

  /** Whether a string that is a secret is to be resolved. */
  public boolean resolvesSecret(String text) {
    return variables != null && isReference(text);
  }

  /** The reference to a variable. */
  public static String reference(String variable) {
    return PREFIX + variable;
  }

  /** The variable that a reference names. */
  public static String variable(String reference) {
    return reference.substring(PREFIX.length());
  }

  /** The value behind a reference; empty when the variable is not set, or set to nothing. */
  public Optional<String> resolve(String reference) {
    return Optional.ofNullable(variables.apply(variable(reference))).filter(v -> !v.isEmpty());
  }
}
