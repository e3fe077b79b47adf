package bifrost.api.model;

import java.util.Objects;
import java.util.Optional;

/**
 * A credential that must not be shown: its text form is three stars.
 *
 * <p>It is either a literal, which stores keep encrypted, or a reference to an environment
 * variable, which stores keep as it is and each node resolves for itself.
 *
 * <p>Call {@link #reveal()} only where the value leaves for the party that it belongs to. Equality
 * compares the values and the references.
 */
public final class Secret {
  /** No credential. */
  public static final Secret EMPTY = new Secret("", "");

  private final String value;
  private final String reference;

  private Secret(String value, String reference) {
    this.value = value;
    this.reference = reference;
  }

  /** Wraps a value; an empty one means that there is none. */
  public static Secret of(String value) {
    Objects.requireNonNull(value, "value is null");
    return value.isEmpty() ? EMPTY : new Secret(value, "");
  }

  /**
   * A credential that stands elsewhere.
   *
   * @param reference where, for example {@code env.OPENAI_API_KEY}; it is no secret
   * @param value what was found there; empty when nothing was
   */
  public static Secret ofReference(String reference, String value) {
    Objects.requireNonNull(value, "value is null");
    if (reference.isEmpty()) {
      throw new IllegalArgumentException("reference is empty, use Secret.of for a literal");
    }
    return new Secret(value, reference);
  }

  /** Where it stands, for example {@code env.OPENAI_API_KEY}; empty for a literal. */
  public Optional<String> reference() {
    return reference.isEmpty() ? Optional.empty() : Optional.of(reference);
  }

  /** The value itself. */
  public String reveal() {
    return value;
  }

  /** Whether there is no credential. */
  public boolean isEmpty() {
    return value.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that
        && value.equals(that.value)
        && reference.equals(that.reference);
  }

  @Override
  public int hashCode() {
    return 31 * value.hashCode() + reference.hashCode();
  }

  /** Three stars, or nothing for an empty one. */
  @Override
  public String toString() {
    return value.isEmpty() ? "" : "***";
  }
}
