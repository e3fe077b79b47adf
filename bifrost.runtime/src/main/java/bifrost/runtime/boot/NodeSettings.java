package bifrost.runtime.boot;

import bifrost.api.model.InvalidConfigException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the launch script decides about a node: where its files are and where it listens.
 *
 * @param configFile the configuration file, where one was named
 * @param dataDir where the node keeps what it must not lose
 * @param host the address to listen on
 * @param port the port to listen on; 0 for any free one
 */
public record NodeSettings(Optional<Path> configFile, Path dataDir, String host, int port) {
  /**
   * Reads the framework properties {@code bifrost.config}, {@code bifrost.data}, {@code
   * bifrost.host} and {@code bifrost.port}.
   *
   * @param property gives a property's value or {@code null}
   */
  public static NodeSettings from(Function<String, String> property) {
    Optional<Path> configFile =
        Optional.ofNullable(property.apply("bifrost.config"))
            .filter(value -> !value.isBlank())
            .map(Path::of);
    return new NodeSettings(
        configFile,
        Path.of(orDefault(property.apply("bifrost.data"), "data")),
        orDefault(property.apply("bifrost.host"), "127.0.0.1"),
        port(orDefault(property.apply("bifrost.port"), "8080")));
  }

  private static String orDefault(String value, String fallback) {
    return value == null || value.isBlank() ? fallback : value.trim();
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // reported below, with the numbers out of range
    }
    throw new InvalidConfigException(
        "bifrost.port", "'" + text + "' is no port, use a number from 0 to 65535");
  }
}
