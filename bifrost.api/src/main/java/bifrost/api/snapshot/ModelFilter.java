package bifrost.api.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which models are allowed: a deny-list that wins, then an allow-list.
 *
 * <p>An entry is {@code *} for all (it must stand alone), a model's exact name, or {@code regex:}
 * followed by a pattern that the whole name has to match, whatever the case. An empty allow-list
 * allows nothing.
 */
public final class ModelFilter {
  /** Allows every model. */
  public static final ModelFilter ALL = of(List.of("*"), List.of());

  private static final int LONGEST_PATTERN = 512;

  private final List<String> allowed;
  private final List<String> denied;
  private final Matcher allow;
  private final Matcher deny;

  private ModelFilter(List<String> allowed, List<String> denied) {
    this.allowed = List.copyOf(allowed);
    this.denied = List.copyOf(denied);
    this.allow = Matcher.of(this.allowed);
    this.deny = Matcher.of(this.denied);
  }

  /**
   * A filter of these lists.
   *
   * @throws IllegalArgumentException for a {@code *} that does not stand alone, a duplicate, or a
   *     pattern that does not compile
   */
  public static ModelFilter of(List<String> allowed, List<String> denied) {
    return new ModelFilter(allowed, denied);
  }

  /** Whether the model is allowed. */
  public boolean allows(String model) {
    return !deny.matches(model) && allow.matches(model);
  }

  /** Whether the model stands in the allow-list by its own name, and is not denied. */
  public boolean names(String model) {
    return allow.exact.contains(model) && !deny.matches(model);
  }

  /** The allow-list as written. */
  public List<String> allowed() {
    return allowed;
  }

  /** The deny-list as written. */
  public List<String> denied() {
    return denied;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelFilter that
        && allowed.equals(that.allowed)
        && denied.equals(that.denied);
  }

  @Override
  public int hashCode() {
    return 31 * allowed.hashCode() + denied.hashCode();
  }

  @Override
  public String toString() {
    return "ModelFilter[allowed=" + allowed + ", denied=" + denied + "]";
  }

  private record Matcher(boolean all, Set<String> exact, List<Pattern> patterns) {
    private static final Matcher NOTHING = new Matcher(false, Set.of(), List.of());
    private static final Matcher EVERYTHING = new Matcher(true, Set.of(), List.of());

    static Matcher of(List<String> entries) {
      if (entries.isEmpty()) {
        return NOTHING;
      }
      if (entries.contains("*")) {
        if (entries.size() > 1) {
          throw new IllegalArgumentException("\"*\" allows everything and must stand alone");
        }
        return EVERYTHING;
      }
      List<String> exact = new ArrayList<>();
      List<Pattern> patterns = new ArrayList<>();
      for (String entry : entries) {
        if (entry.startsWith("regex:")) {
          patterns.add(compile(entry.substring("regex:".length())));
        } else {
          exact.add(entry);
        }
      }
      if (Set.copyOf(entries).size() < entries.size()) {
        throw new IllegalArgumentException("an entry stands twice in " + entries);
      }
      return new Matcher(false, Set.copyOf(exact), List.copyOf(patterns));
    }

    boolean matches(String model) {
      if (all || exact.contains(model)) {
        return true;
      }
      for (Pattern pattern : patterns) {
        if (pattern.matcher(model).matches()) {
          return true;
        }
      }
      return false;
    }

    private static Pattern compile(String regex) {
      if (regex.length() > LONGEST_PATTERN) {
        throw new IllegalArgumentException(
            "pattern has " + regex.length() + " characters, at most " + LONGEST_PATTERN);
      }
      try {
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "pattern '" + regex + "' does not compile: " + e.getDescription(), e);
      }
    }
  }
}
