package bifrost.api.cluster;

import bifrost.api.model.InvalidConfigException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the kinds of fields that the configurations of discovery methods have in common, so that
 * every method takes and refuses the same texts.
 *
 * <p>Used by the discovery bundles, where a configuration becomes settings. Stateless. Each method
 * throws {@link InvalidConfigException} with the field's full path and the fix.
 */
public final class DiscoveryFields {
  private static final String SECTION = "cluster_config.discovery.";

  private static final Pattern SERVICE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]{1,253}");
  private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9._-]{1,32})?");
  private static final Pattern DURATION = Pattern.compile("(?:[0-9]{1,9}(?:h|m|s|ms))+");
  private static final Pattern PART = Pattern.compile("([0-9]+)(h|ms|m|s)");

  private DiscoveryFields() {}

  /**
   * A span of time such as {@code 10s}, {@code 1m30s} or {@code 250ms}.
   *
   * @param field its name in the section, for example {@code dial_timeout}
   * @param text what the configuration says
   * @param least the shortest that is allowed
   * @param most the longest that is allowed
   */
  public static Duration duration(String field, String text, Duration least, Duration most) {
    String trimmed = text.trim();
    if (!DURATION.matcher(trimmed).matches()) {
      throw refuse(field, "'" + shown(text) + "' is no time, use for example 10s or 500ms");
    }
    long millis = 0;
    Matcher parts = PART.matcher(trimmed);
    while (parts.find()) {
      long unit =
          switch (parts.group(2)) {
            case "h" -> 3_600_000L;
            case "m" -> 60_000L;
            case "s" -> 1_000L;
            default -> 1L;
          };
      millis += Long.parseLong(parts.group(1)) * unit;
    }
    Duration duration = Duration.ofMillis(millis);
    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      throw refuse(field, "%s must be %s to %s".formatted(shown(text), shown(least), shown(most)));
    }
    return duration;
  }

  /**
   * An address: {@code host}, {@code host:port}, an IPv6 literal, or {@code [literal]:port}.
   *
   * @param field its name in the section
   * @param text what the configuration says
   * @param defaultPort the port of an address that names none
   */
  public static Candidate address(String field, String text, int defaultPort) {
    String trimmed = text.trim();
    String host = trimmed;
    int port = defaultPort;
    int colon = trimmed.lastIndexOf(':');
    boolean bracketed = trimmed.startsWith("[");
    boolean hasPort =
        bracketed ? colon == trimmed.indexOf(']') + 1 : colon >= 0 && trimmed.indexOf(':') == colon;
    try {
      if (hasPort) {
        host = trimmed.substring(0, colon);
        port = Integer.parseInt(trimmed.substring(colon + 1));
      }
      if (bracketed) {
        host = host.endsWith("]") ? host.substring(1, host.length() - 1) : "";
      }
      boolean literal = bracketed || host.indexOf(':') >= 0;
      if ((literal ? V6 : HOST).matcher(host).matches()) {
        return Candidate.of(host, port);
      }
    } catch (IllegalArgumentException e) {
      // refused below, with the field's name
    }
    throw refuse(field, "'" + shown(text) + "' is not of the form host or host:port");
  }

  /**
   * A port.
   *
   * @param field its name in the section
   * @param port what the configuration says
   */
  public static int port(String field, int port) {
    if (port < 1 || port > 65_535) {
      throw refuse(field, port + " is no port, use 1 to 65535");
    }
    return port;
  }

  /**
   * The name that the nodes of one cluster share in a backend: 1 to 63 letters, digits or {@code .
   * _ -}.
   *
   * @param field its name in the section
   * @param name what the configuration says
   */
  public static String serviceName(String field, String name) {
    if (!SERVICE_NAME.matcher(name).matches()) {
      throw refuse(
          field,
          "'"
              + shown(name)
              + "' must be 1 to 63 letters, digits or . _ -, a letter or digit first");
    }
    return name;
  }

  /**
   * A refusal of a field.
   *
   * @param field its name in the section
   * @param message what is wrong with it and how to mend it
   */
  public static InvalidConfigException refuse(String field, String message) {
    return new InvalidConfigException(SECTION + field, message);
  }

  private static String shown(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64) + "...";
  }

  private static String shown(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
  }
}
