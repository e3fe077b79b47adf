package bifrost.api.snapshot;

import java.util.Objects;
import java.util.Optional;

/**
 * A team of virtual keys that share limits.
 *
 * @param id its id
 * @param name its name
 * @param customerId the customer that it belongs to
 * @param limits what its keys share
 */
public record Team(String id, String name, Optional<String> customerId, Limits limits)
    implements Entity {
  /** Refuses {@code null}. */
  public Team {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(customerId, "customerId is null");
    Objects.requireNonNull(limits, "limits is null");
  }

  @Override
  public EntityType type() {
    return EntityType.TEAM;
  }
}
