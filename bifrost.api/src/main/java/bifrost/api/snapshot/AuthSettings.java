package bifrost.api.snapshot;

import bifrost.api.model.Secret;
import java.util.Objects;

/**
 * The credentials of the administrator.
 *
 * @param enabled whether management asks for them
 * @param username the name
 * @param passwordHash the password, hashed with a memory-hard function
 */
public record AuthSettings(boolean enabled, String username, Secret passwordHash)
    implements Entity {
  /** The one id of this kind. */
  public static final String ID = "admin";

  /** Refuses {@code null}. */
  public AuthSettings {
    Objects.requireNonNull(username, "username is null");
    Objects.requireNonNull(passwordHash, "passwordHash is null");
  }

  @Override
  public EntityType type() {
    return EntityType.AUTH;
  }

  @Override
  public String id() {
    return ID;
  }
}
