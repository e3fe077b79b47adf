package bifrost.sync.replication.broker;

import bifrost.api.model.InvalidConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The validated configuration of a node that is at brokers.
 *
 * @param nodeId the node's id
 * @param epoch which of its lives
 * @param region its region
 * @param brokers the brokers, the preferred one first
 * @param tls whether they have TLS
 * @param ca who has issued their certificates; empty for the authorities of the Java installation
 * @param token what they want to see
 */
record BrokerSettings(
    String nodeId,
    long epoch,
    String region,
    List<Address> brokers,
    boolean tls,
    Optional<Path> ca,
    String token) {
  private static final String SECTION = "cluster_config.broker.";
  private static final int MAX_BROKERS = 8;
  private static final int LEAST_TOKEN = 16;
  private static final Pattern ADDRESS = Pattern.compile("(\\[[^\\]]+\\]|[^:\\s]+):(\\d{1,5})");

  /**
   * Where a broker is.
   *
   * @param host a name or an address
   * @param port its port
   */
  record Address(String host, int port) {
    @Override
    public String toString() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
  }

  static BrokerSettings from(BrokerConfig config) {
    if (!BrokerCall.NODE.matcher(config.node__id()).matches()) {
      throw new InvalidConfigException(
          "cluster_config.node_id", "must be 1 to 128 letters, digits or . _ -");
    }
    return new BrokerSettings(
        config.node__id(),
        config.epoch(),
        config.region(),
        addresses(config.address()),
        config.tls(),
        config.ca().isBlank() ? Optional.empty() : Optional.of(Path.of(config.ca().trim())),
        token(SECTION + "auth_token", config.auth__token()));
  }

  /** Refuses a token that can be guessed. */
  static String token(String field, String token) {
    if (token == null || token.length() < LEAST_TOKEN) {
      throw new InvalidConfigException(
          field,
          "must have %d characters or more; 'openssl rand -hex 32' makes one"
              .formatted(LEAST_TOKEN));
    }
    return token;
  }

  private static List<Address> addresses(String text) {
    List<Address> addresses = new ArrayList<>();
    for (String part : text.split(",")) {
      Matcher matcher = ADDRESS.matcher(part.trim());
      int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
      if (port < 1 || port > 65_535 || addresses.size() == MAX_BROKERS) {
        throw new InvalidConfigException(
            SECTION + "address",
            "'%s' is not of the form host:port, 1 to %d of them separated by commas"
                .formatted(part.trim(), MAX_BROKERS));
      }
      addresses.add(new Address(matcher.group(1).replaceAll("[\\[\\]]", ""), port));
    }
    return addresses;
  }
}
