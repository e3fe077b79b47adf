package bifrost.runtime.config;

import bifrost.api.model.Secret;
import bifrost.runtime.config.json.Fields;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The section {@code config_store}: the configuration of the storage bundle. */
final class StoreSection {
  /** The storage bundle's PID. */
  static final String PID = "bifrost.storage";

  private static final Set<String> SSL_MODES =
      Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  private StoreSection() {}

  /** The embedded store in the data directory. */
  static Map<String, Object> embedded(Path dataDir) {
    Map<String, Object> properties = new LinkedHashMap<>();
    String file = dataDir.toAbsolutePath().normalize().resolve("store").toString();
    properties.put(
        "write.url",
        "jdbc:h2:file:" + file + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0;TRACE_LEVEL_FILE=0");
    properties.put("factory.target", "(osgi.jdbc.driver.class=org.h2.Driver)");
    // Opening a file may take long, after a crash above all, and nothing else can be done
    // meanwhile.
    properties.put("connect_timeout_ms", 60_000L);
    return properties;
  }

  static Map<String, Object> read(Fields fields, Path dataDir) {
    String type = fields.text("type").orElse("h2").toLowerCase(Locale.ROOT);
    if (fields.flag("enabled").equals(Optional.of(false))) {
      fields.refuse(
          "enabled", "there is always a store; leave the section out for the embedded one");
    }
    Map<String, Object> properties =
        switch (type) {
          case "h2", "sqlite" -> h2(fields, type, dataDir);
          case "postgres", "postgresql" -> postgres(fields);
          default -> {
            fields.refuse("type", "is '" + type + "', use postgres or h2");
            yield new LinkedHashMap<>();
          }
        };
    fields
        .whole("max_connections", 2, 1000)
        .ifPresent(count -> properties.put("max_connections", count));
    fields
        .whole("connect_timeout_ms", 250, 60_000)
        .ifPresent(millis -> properties.put("connect_timeout_ms", millis));
    fields
        .whole("socket_timeout_ms", 1_000, 600_000)
        .ifPresent(millis -> properties.put("socket_timeout_ms", millis));
    fields.end();
    return properties;
  }

  private static Map<String, Object> h2(Fields fields, String type, Path dataDir) {
    if (type.equals("sqlite")) {
      fields.warn("type", "is sqlite; the embedded store is H2, in the data directory");
    }
    fields
        .object("config")
        .ifPresent(
            config -> {
              config.ignore("path", "the embedded store stands in the data directory");
              config.end();
            });
    return embedded(dataDir);
  }

  private static Map<String, Object> postgres(Fields fields) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("factory.target", "(osgi.jdbc.driver.class=org.postgresql.Driver)");
    Optional<Fields> config = fields.object("config");
    config.ifPresent(c -> original(c, properties));
    fields.object("write").ifPresent(endpoint -> endpoint(endpoint, "write", properties));
    fields.object("read").ifPresent(endpoint -> endpoint(endpoint, "read", properties));
    if (config.isPresent() && fields.has("write")) {
      fields.refuse("config", "stands beside write; keep one of them");
    }
    if (config.isEmpty() && !fields.has("write")) {
      fields.refuse("write", "is missing: {\"url\": \"jdbc:postgresql://host/db\", \"user\": ...}");
    }
    return properties;
  }

  private static void endpoint(Fields endpoint, String name, Map<String, Object> properties) {
    String url = endpoint.requiredText("url");
    if (!url.isEmpty() && !url.startsWith("jdbc:postgresql:")) {
      endpoint.refuse("url", "must start with jdbc:postgresql:");
    }
    properties.put(name + ".url", url);
    endpoint.text("user").ifPresent(user -> properties.put(name + ".user", user));
    endpoint
        .secret("password")
        .map(Secret::reveal)
        .ifPresent(password -> properties.put(name + ".password", password));
    endpoint
        .text("password_command")
        .ifPresent(command -> properties.put(name + ".password_command", command));
    endpoint.end();
  }

  /** The original product's form. */
  private static void original(Fields config, Map<String, Object> properties) {
    String host = config.requiredText("host");
    long port = port(config);
    String database = config.requiredText("db_name");
    String mode = config.text("ssl_mode").orElse("prefer");
    if (!SSL_MODES.contains(mode)) {
      config.refuse(
          "ssl_mode",
          "is '" + mode + "', use one of " + String.join(", ", new java.util.TreeSet<>(SSL_MODES)));
    }
    properties.put(
        "write.url",
        "jdbc:postgresql://%s:%d/%s?sslmode=%s"
            .formatted(host, port, URLEncoder.encode(database, StandardCharsets.UTF_8), mode));
    config.text("user").ifPresent(user -> properties.put("write.user", user));
    config
        .secret("password")
        .map(Secret::reveal)
        .ifPresent(password -> properties.put("write.password", password));
    config
        .whole("max_open_conns", 2, 1000)
        .ifPresent(count -> properties.put("max_connections", count));
    config.ignore("max_idle_conns", "idle connections are closed after two minutes");
    config.ignore("conn_max_lifetime", "the pool's default holds");
    config.end();
  }

  /** The original product writes it as a string. */
  private static long port(Fields config) {
    if (config.any("port") instanceof String text && text.matches("[0-9]{1,5}")) {
      int port = Integer.parseInt(text);
      if (port < 1 || port > 65_535) {
        config.refuse("port", "is " + port + ", use 1 to 65535");
      }
      return port;
    }
    return config.whole("port", 1, 65_535).orElse(5432);
  }
}
