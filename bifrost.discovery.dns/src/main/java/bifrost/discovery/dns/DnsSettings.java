package bifrost.discovery.dns;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The validated configuration.
 *
 * @param names what to ask for, at least one
 * @param servers whom to ask; none for the servers of this host
 * @param timeout how long a name may take
 * @param minInterval the shortest time between two questions for a name
 * @param maxInterval the longest
 */
record DnsSettings(
    List<DnsName> names,
    List<Candidate> servers,
    Duration timeout,
    Duration minInterval,
    Duration maxInterval) {
  private static final int MAX_NAMES = 64;
  private static final int MAX_SERVERS = 16;
  private static final int DNS_PORT = 53;
  private static final Duration SHORTEST = Duration.ofMillis(100);

  DnsSettings {
    names = List.copyOf(names);
    servers = List.copyOf(servers);
  }

  static DnsSettings from(DnsConfig config) {
    int port = DiscoveryFields.port("bind_port", config.bind__port());
    List<DnsName> names = new ArrayList<>();
    for (String text : config.dns__names() == null ? new String[0] : config.dns__names()) {
      names.add(DnsName.parse(text, port));
    }
    require("dns_names", names.size(), 1, MAX_NAMES);
    List<Candidate> servers = new ArrayList<>();
    for (String text : config.dns__servers()) {
      servers.add(DiscoveryFields.address("dns_servers", text, DNS_PORT));
    }
    require("dns_servers", servers.size(), 0, MAX_SERVERS);
    Duration min =
        DiscoveryFields.duration(
            "dns_min_interval", config.dns__min__interval(), SHORTEST, Duration.ofMinutes(10));
    return new DnsSettings(
        names,
        servers,
        DiscoveryFields.duration(
            "dial_timeout", config.dial__timeout(), Duration.ofMillis(500), Duration.ofSeconds(60)),
        min,
        DiscoveryFields.duration(
            "dns_max_interval", config.dns__max__interval(), min, Duration.ofHours(1)));
  }

  private static void require(String field, int count, int least, int most) {
    if (count < least || count > most) {
      throw DiscoveryFields.refuse(
          field, "has %d entries, use %d to %d".formatted(count, least, most));
    }
  }
}
