package bifrost.api.snapshot;

import java.util.Objects;

/**
 * A customer: the highest owner of limits.
 *
 * @param id its id
 * @param name its name
 * @param limits what its teams and keys share
 */
public record Customer(String id, String name, Limits limits) implements Entity {
  /** Refuses {@code null}. */
  public Customer {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(limits, "limits is null");
  }

  @Override
  public EntityType type() {
    return EntityType.CUSTOMER;
  }
}
