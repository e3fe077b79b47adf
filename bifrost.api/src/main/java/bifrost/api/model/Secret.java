package bifrost.api.model;

import java.util.Objects;

/**
 * A credential that must not be shown: its text form is three stars.
 *
 * <p>Call {@link #reveal()} only where the value leaves for the party that it belongs to. Equality
 * compares the values.
 */
public final class Secret {
  /** No credential. */
  public static final Secret EMPTY = new Secret("");

  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  /** Wraps a value; an empty one means that there is none. */
  public static Secret of(String value) {
    Objects.requireNonNull(value, "value is null");
    return value.isEmpty() ? EMPTY : new Secret(value);
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
    return other instanceof Secret that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  /** Three stars, or nothing for an empty one. */
  @Override
  public String toString() {
    return value.isEmpty() ? "" : "***";
  }
}
