package bifrost.storage;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Secret;
import java.time.Duration;

/**
 * The settings of the store, checked.
 *
 * @param write the endpoint that takes every write
 * @param read the endpoint that a node boots from; equal to the other when there is one only
 * @param maxConnections the most connections to the write endpoint
 * @param connectTimeout the longest wait for a connection
 * @param socketTimeout the longest wait for an answer
 */
record StorageSettings(
    Endpoint write,
    Endpoint read,
    int maxConnections,
    Duration connectTimeout,
    Duration socketTimeout) {

  /**
   * How to reach a database.
   *
   * @param url its JDBC URL
   * @param user the user
   * @param password the password
   * @param passwordCommand a command that prints the password; empty where there is none
   */
  record Endpoint(String url, String user, Secret password, String passwordCommand) {
    /** The URL without what may be secret. */
    String shown() {
      String place = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
      int end = place.length();
      for (char c : new char[] {'?', ';'}) {
        int at = place.indexOf(c);
        end = at < 0 ? end : Math.min(end, at);
      }
      return place.substring(0, end).replaceAll("//[^/]*@", "//");
    }
  }

  static StorageSettings from(StorageConfig config) {
    Endpoint write =
        new Endpoint(
            config.write_url(),
            config.write_user(),
            Secret.of(config.write_password()),
            config.write_password__command());
    if (!write.url.startsWith("jdbc:")) {
      throw new InvalidConfigException(
          StorageConfig.PID + ".write.url", "is no JDBC URL, for example jdbc:h2:file:/data/store");
    }
    Endpoint read =
        config.read_url().isBlank()
            ? write
            : new Endpoint(
                config.read_url(),
                config.read_user(),
                Secret.of(config.read_password()),
                config.read_password__command());
    requireRange("max_connections", config.max__connections(), 2, 1000);
    requireRange("connect_timeout_ms", config.connect__timeout__ms(), 250, 60_000);
    requireRange("socket_timeout_ms", config.socket__timeout__ms(), 1_000, 600_000);
    return new StorageSettings(
        write,
        read,
        config.max__connections(),
        Duration.ofMillis(config.connect__timeout__ms()),
        Duration.ofMillis(config.socket__timeout__ms()));
  }

  boolean oneEndpoint() {
    return read.equals(write);
  }

  private static void requireRange(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new InvalidConfigException(
          StorageConfig.PID + "." + name, "is %d, use %d to %d".formatted(value, least, most));
    }
  }
}
