package bifrost.discovery.lan.udp;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The validated configuration.
 *
 * @param serviceName the cluster's name
 * @param port where beacons are sent and heard
 * @param address a broadcast address; empty for those of all networks of this host
 * @param interval how often a beacon is sent
 * @param signature signs and verifies beacons
 */
record UdpSettings(
    String serviceName, int port, String address, Duration interval, Signature signature) {
  private static final int MAX_KEYS = 16;

  static UdpSettings from(UdpConfig config) {
    if (config.allowed__address__space() == null || config.allowed__address__space().length == 0) {
      throw DiscoveryFields.refuse(
          "allowed_address_space",
          "is missing: anyone in the network can broadcast, so name the networks that peers may be"
              + " in, for example 10.0.0.0/8");
    }
    String address = config.udp__broadcast__address().trim();
    if (!address.isEmpty()) {
      Candidate parsed = DiscoveryFields.address("udp_broadcast_address", address, 1);
      if (parsed.port() != 1 || !parsed.host().matches("[0-9.]{7,15}")) {
        throw DiscoveryFields.refuse(
            "udp_broadcast_address",
            "'" + parsed.host() + "' is no IPv4 broadcast address, use for example 10.0.0.255");
      }
    }
    return new UdpSettings(
        DiscoveryFields.serviceName(
            "service_name", config.service__name() == null ? "" : config.service__name()),
        DiscoveryFields.port("udp_broadcast_port", config.udp__broadcast__port()),
        address,
        DiscoveryFields.duration(
            "udp_interval", config.udp__interval(), Duration.ofMillis(100), Duration.ofSeconds(60)),
        new Signature(keys(config.secret__keys())));
  }

  private static List<byte[]> keys(String[] encoded) {
    List<byte[]> keys = new ArrayList<>();
    for (String text : encoded) {
      try {
        keys.add(Base64.getDecoder().decode(text.trim()));
      } catch (IllegalArgumentException e) {
        throw DiscoveryFields.refuse("secret_keys", "a key is no base64");
      }
    }
    if (keys.size() > MAX_KEYS || keys.stream().anyMatch(key -> key.length < 16)) {
      throw DiscoveryFields.refuse("secret_keys", "use up to 16 keys of at least 16 bytes");
    }
    return keys;
  }
}
