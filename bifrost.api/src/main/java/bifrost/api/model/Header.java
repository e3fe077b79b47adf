package bifrost.api.model;

import java.util.Objects;

/**
 * One HTTP header field.
 *
 * @param name the field name, compared without regard to case
 * @param value the field value; never logged by the core
 */
public record Header(String name, String value) {
  /** Refuses a {@code null} part. */
  public Header {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(value, "value is null");
  }

  /** Whether this field has the given name, whatever the case. */
  public boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }

  /** The name only: a value may be a credential. */
  @Override
  public String toString() {
    return name + ": ***";
  }
}
