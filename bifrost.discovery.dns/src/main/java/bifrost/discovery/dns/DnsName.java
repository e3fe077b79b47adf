package bifrost.discovery.dns;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFields;
import java.util.regex.Pattern;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * A configured name.
 *
 * @param text as configured, without the port
 * @param name the same as DNS has it; relative unless it ends with a dot
 * @param port the gossip port of its addresses
 */
record DnsName(String text, Name name, int port) {
  private static final String FIELD = "dns_names";
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");

  /** Whether SRV records are asked for, which name their ports themselves. */
  boolean isService() {
    return text.startsWith("_");
  }

  static DnsName parse(String configured, int defaultPort) {
    Candidate address = DiscoveryFields.address(FIELD, configured, defaultPort);
    String host = address.host();
    if (LITERAL.matcher(host).matches()) {
      throw DiscoveryFields.refuse(
          FIELD, "'" + host + "' is an address, not a name: put it into cluster_config.peers");
    }
    boolean hasPort = configured.contains(":");
    if (host.startsWith("_") && hasPort) {
      throw DiscoveryFields.refuse(
          FIELD, "'" + configured.trim() + "' names SRV records, which have ports: leave it out");
    }
    try {
      return new DnsName(host, Name.fromString(host), address.port());
    } catch (TextParseException e) {
      throw DiscoveryFields.refuse(FIELD, "'" + host + "' is no name: " + e.getMessage());
    }
  }
}
