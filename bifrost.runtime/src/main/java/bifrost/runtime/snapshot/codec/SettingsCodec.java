package bifrost.runtime.snapshot.codec;

import bifrost.api.model.Json;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.PluginSettings;
import java.time.Duration;

/** Settings of the gateway, of administration and of plugins. */
final class SettingsCodec {
  private SettingsCodec() {}

  static void write(Content out, ClientSettings client) {
    out.put("enforce_auth", client.enforceAuth())
        .put("max_body_bytes", client.maxBodyBytes())
        .put("request_timeout_ms", client.requestTimeout().toMillis())
        .put("max_concurrent_requests", client.maxConcurrentRequests())
        .put("enable_logging", client.enableLogging())
        .put("disable_content_logging", client.disableContentLogging())
        .put("allow_content_logging_override", client.allowContentLoggingOverride())
        .put("log_retention_days", client.logRetentionDays())
        .putList("required_headers", client.requiredHeaders())
        .putList("allowed_origins", client.allowedOrigins());
  }

  static ClientSettings client(StoredFields in) {
    ClientSettings defaults = ClientSettings.DEFAULT;
    return new ClientSettings(
        in.optionalFlag("enforce_auth").orElse(defaults.enforceAuth()),
        in.whole("max_body_bytes", defaults.maxBodyBytes()),
        Duration.ofMillis(in.whole("request_timeout_ms", defaults.requestTimeout().toMillis())),
        in.small("max_concurrent_requests", defaults.maxConcurrentRequests()),
        in.optionalFlag("enable_logging").orElse(defaults.enableLogging()),
        in.optionalFlag("disable_content_logging").orElse(defaults.disableContentLogging()),
        in.optionalFlag("allow_content_logging_override")
            .orElse(defaults.allowContentLoggingOverride()),
        in.small("log_retention_days", defaults.logRetentionDays()),
        in.texts("required_headers"),
        in.texts("allowed_origins"));
  }

  static void write(Content out, AuthSettings auth) {
    out.put("enabled", auth.enabled())
        .put("username", auth.username())
        .putSecret("password_hash", auth.passwordHash());
  }

  static AuthSettings auth(StoredFields in) {
    return new AuthSettings(in.flag("enabled"), in.text("username"), in.secret("password_hash"));
  }

  /** Any property may be a credential, so all of them are sealed. */
  static void write(Content out, PluginSettings plugin) {
    out.putSecret("properties", Secret.of(plugin.properties().text()));
  }

  static PluginSettings plugin(String id, StoredFields in) {
    return new PluginSettings(id, new Json(in.secret("properties").reveal()));
  }
}
