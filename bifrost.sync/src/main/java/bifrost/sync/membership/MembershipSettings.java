package bifrost.sync.membership;

import bifrost.api.cluster.Candidate;
import bifrost.api.model.InvalidConfigException;
import bifrost.sync.membership.protocol.Profile;
import bifrost.sync.membership.wire.Keyring;
import bifrost.sync.membership.wire.Label;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The validated configuration of membership.
 *
 * @param nodeId this node's id
 * @param region its region
 * @param peers nodes to join
 * @param port the gossip port; 0 for any free one
 * @param bindAddress where to listen; empty for all addresses
 * @param advertiseHost where others reach this node; empty to find out
 * @param advertisePort at which port; 0 for the bound one
 * @param profileName the profile's name
 * @param profile the times of the protocol
 * @param keys the keys of the cluster; none for no encryption
 * @param label the cluster's label
 * @param compress whether to compress what is sent
 * @param httpAddress where the HTTP listener is reached; empty to find out
 * @param grpcAddress where replication is reached; empty until it says so
 */
record MembershipSettings(
    String nodeId,
    String region,
    List<Candidate> peers,
    int port,
    String bindAddress,
    String advertiseHost,
    int advertisePort,
    String profileName,
    Profile profile,
    Keyring keys,
    Label label,
    boolean compress,
    String httpAddress,
    String grpcAddress) {
  private static final String SECTION = "cluster_config.";

  /** Stands for a port that was not named; nobody gossips there. */
  private static final int NO_PORT = 1;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  static MembershipSettings from(MembershipConfig config) {
    String profileName = config.profile().toLowerCase(Locale.ROOT);
    Candidate advertised = advertised(config.advertise__address());
    return new MembershipSettings(
        name("node_id", config.node__id()),
        name("region", config.region()),
        peers(config.peers()),
        port(config.port()),
        config.bind__address().trim(),
        advertised == null ? "" : advertised.host(),
        advertised == null || advertised.port() == NO_PORT ? 0 : advertised.port(),
        profileName,
        profile(profileName),
        keys(config.secret__keys()),
        label(config.label()),
        config.compress(),
        config.http__address().trim(),
        config.grpc__address().trim());
  }

  /** Whether another configuration differs in keys and peers only, which can change live. */
  boolean sameBut(MembershipSettings other) {
    return withoutLive().equals(other.withoutLive());
  }

  private MembershipSettings withoutLive() {
    return new MembershipSettings(
        nodeId,
        region,
        List.of(),
        port,
        bindAddress,
        advertiseHost,
        advertisePort,
        profileName,
        profile,
        keys.isEmpty() ? Keyring.EMPTY : null,
        label,
        compress,
        httpAddress,
        grpcAddress);
  }

  private static String name(String field, String value) {
    if (value == null || !NAME.matcher(value).matches()) {
      throw new InvalidConfigException(
          SECTION + field, "'" + value + "' must be 1 to 64 letters, digits or . _ -");
    }
    return value;
  }

  private static int port(int port) {
    if (port < 0 || port > 65_535) {
      throw new InvalidConfigException(
          SECTION + "gossip.port", port + " is no port, use 1 to 65535, or 0 for any free one");
    }
    return port;
  }

  private static Profile profile(String name) {
    return switch (name) {
      case "lan" -> Profile.LAN;
      case "wan" -> Profile.WAN;
      default ->
          throw new InvalidConfigException(
              SECTION + "gossip.profile", "'" + name + "' is not known, use lan or wan");
    };
  }

  private static List<Candidate> peers(String[] texts) {
    List<Candidate> peers = new ArrayList<>();
    for (String text : texts) {
      Candidate peer = HostPort.parse(text.trim(), 0);
      if (peer == null) {
        throw new InvalidConfigException(
            SECTION + "peers", "'" + text + "' is not of the form host:port");
      }
      peers.add(peer);
    }
    return peers;
  }

  private static Candidate advertised(String text) {
    if (text.isBlank()) {
      return null;
    }
    Candidate address = HostPort.parse(text.trim(), NO_PORT);
    if (address == null) {
      throw new InvalidConfigException(
          SECTION + "gossip.advertise_address",
          "'" + text + "' is not of the form host or host:port");
    }
    return address;
  }

  private static Keyring keys(String[] texts) {
    Keyring keys = Keyring.EMPTY;
    for (int i = 0; i < texts.length; i++) {
      try {
        keys = keys.add(Base64.getDecoder().decode(texts[i].trim()));
      } catch (IllegalArgumentException e) {
        throw new InvalidConfigException(
            SECTION + "gossip.secret_keys[" + i + "]",
            "a key must be 16, 24 or 32 bytes in base64, and there may be 8 of them;"
                + " 'openssl rand -base64 32' makes one");
      }
    }
    return keys;
  }

  private static Label label(String text) {
    try {
      return new Label(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException(SECTION + "gossip.label", e.getMessage());
    }
  }
}
