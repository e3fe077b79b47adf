package bifrost.runtime.config;

import bifrost.api.model.Secret;
import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.EntityType;
import bifrost.runtime.config.json.Fields;
import bifrost.runtime.config.json.JsonText;
import java.util.Optional;

/** The object {@code governance.auth_config}. The password is hashed when its row is seeded. */
final class AuthReader {
  private static final int SHORTEST_PASSWORD = 8;
  private static final String PASSWORD = "admin_password";

  private AuthReader() {}

  static void read(Fields fields, Seeds seeds) {
    read(fields, seeds, Secret.EMPTY);
  }

  /**
   * Reads the object.
   *
   * @param kept the hash of the password, which stays when none is given
   */
  static void read(Fields fields, Seeds seeds, Secret kept) {
    Optional<Boolean> isEnabled = fields.flag("is_enabled").or(() -> fields.flag("enabled"));
    fields.any("enabled");
    boolean enabled = isEnabled.orElse(true);
    String username = fields.text("admin_username").orElse("admin");
    Secret password = fields.secret(PASSWORD).orElse(Secret.EMPTY);
    if (enabled && !fields.has(PASSWORD) && kept.isEmpty()) {
      fields.refuse(PASSWORD, "is missing; set it, or is_enabled to false");
    } else if (!password.isEmpty() && password.reveal().length() < SHORTEST_PASSWORD) {
      fields.refuse(PASSWORD, "is too short, use " + SHORTEST_PASSWORD + " characters or more");
    }
    fields.ignore(
        "disable_auth_on_inference", "client.enforce_auth_on_inference decides about inference");
    fields.end();
    fields
        .build(() -> SeedHash.of(JsonText.canonical(fields.raw(), seeds::resolved)))
        .ifPresent(
            hash ->
                seeds.add(
                    fields,
                    EntityType.AUTH,
                    AuthSettings.ID,
                    hash,
                    () -> new AuthSettings(enabled, username, hashed(password, kept))));
  }

  private static Secret hashed(Secret password, Secret kept) {
    return password.isEmpty() ? kept : Secret.of(PasswordHash.of(password));
  }
}
