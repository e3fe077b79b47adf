package bifrost.discovery.lan.mdns;

import bifrost.api.cluster.DiscoveryFields;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The validated configuration.
 *
 * @param type the service, for example {@code _bifrost._tcp.local.}
 * @param address an address of this host; empty to choose
 * @param interval how often what was found is looked through
 */
record MdnsSettings(String type, String address, Duration interval) {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Pattern SERVICE = Pattern.compile("_[A-Za-z0-9-]{1,62}[.]_(tcp|udp)");

  static MdnsSettings from(MdnsConfig config) {
    String service = config.mdns__service().trim();
    if (service.isEmpty()) {
      String name = DiscoveryFields.serviceName("service_name", config.service__name());
      String label = name.replaceAll("[^A-Za-z0-9]", "-");
      service = "_" + label.substring(0, Math.min(62, label.length())) + "._tcp";
    }
    if (!SERVICE.matcher(service).matches()) {
      throw DiscoveryFields.refuse(
          "mdns_service", "'" + service + "' is no service, use for example _bifrost._tcp");
    }
    String address = config.mdns__address().trim();
    if (!address.isEmpty()) {
      DiscoveryFields.address("mdns_address", address, 1);
    }
    return new MdnsSettings(service + ".local.", address, INTERVAL);
  }
}
