package bifrost.discovery.consul;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFields;
import bifrost.api.model.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The validated configuration.
 *
 * @param serviceName the name of the service in Consul
 * @param agents at least one; the first is the local one
 * @param token the ACL token; an empty one for none
 * @param datacenters where to look; none for all that are federated
 * @param tags of the registration, besides our own
 * @param tls how to speak to the agents
 * @param checkInterval how often the agent checks this node, and this node its registration
 * @param deregisterAfter after how long the agent deregisters a node whose check fails
 * @param timeout how long a call may take
 * @param maxWait how long a blocking query may wait for a change
 */
record ConsulSettings(
    String serviceName,
    List<Candidate> agents,
    Secret token,
    List<String> datacenters,
    List<String> tags,
    ConsulTls tls,
    Duration checkInterval,
    Duration deregisterAfter,
    Duration timeout,
    Duration maxWait) {
  /** The tag of every registration, by which clusters of other names are recognised. */
  static final String TAG = "bifrost";

  private static final int CONSUL_PORT = 8500;
  private static final int MAX_ENTRIES = 16;
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Pattern DATACENTER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
  private static final Pattern TAG_TEXT = Pattern.compile("[\\x21-\\x7e]{1,255}");

  ConsulSettings {
    agents = List.copyOf(agents);
    datacenters = List.copyOf(datacenters);
    tags = List.copyOf(tags);
  }

  static ConsulSettings from(ConsulConfig config) {
    List<Candidate> agents = new ArrayList<>();
    for (String text : config.consul__address()) {
      agents.add(DiscoveryFields.address("consul_address", text, CONSUL_PORT));
    }
    require("consul_address", agents.size(), 1);
    for (String datacenter : config.consul__datacenters()) {
      if (!isDatacenter(datacenter)) {
        throw DiscoveryFields.refuse(
            "consul_datacenters", "'" + datacenter + "' is no name of a data centre");
      }
    }
    require("consul_datacenters", config.consul__datacenters().length, 0);
    for (String tag : config.consul__tags()) {
      if (!TAG_TEXT.matcher(tag).matches()) {
        throw DiscoveryFields.refuse("consul_tags", "'" + tag + "' is no tag");
      }
    }
    require("consul_tags", config.consul__tags().length, 0);
    String token = config.consul__token().strip();
    if (token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw DiscoveryFields.refuse("consul_token", "has characters that no token has");
    }
    return new ConsulSettings(
        DiscoveryFields.serviceName(
            "service_name", config.service__name() == null ? "" : config.service__name()),
        agents,
        Secret.of(token),
        List.of(config.consul__datacenters()),
        Stream.of(config.consul__tags()).filter(tag -> !tag.equals(TAG)).distinct().toList(),
        ConsulTls.from(config),
        DiscoveryFields.duration(
            "consul_check_interval",
            config.consul__check__interval(),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10)),
        DiscoveryFields.duration(
            "consul_deregister_after",
            config.consul__deregister__after(),
            Duration.ofMinutes(1),
            Duration.ofHours(24)),
        DiscoveryFields.duration(
            "dial_timeout", config.dial__timeout(), Duration.ofMillis(500), Duration.ofSeconds(60)),
        WAIT);
  }

  static boolean isDatacenter(String name) {
    return DATACENTER.matcher(name).matches();
  }

  private static void require(String field, int count, int least) {
    if (count < least || count > MAX_ENTRIES) {
      throw DiscoveryFields.refuse(
          field, "has %d entries, use %d to %d".formatted(count, least, MAX_ENTRIES));
    }
  }
}
