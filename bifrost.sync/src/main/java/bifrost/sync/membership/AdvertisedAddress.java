package bifrost.sync.membership;

import bifrost.api.model.InvalidConfigException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Finds the address to listen on and the one to give to others. */
final class AdvertisedAddress {
  private AdvertisedAddress() {}

  static InetAddress bind(MembershipSettings settings) {
    return resolve(
        "gossip.bind_address", settings.bindAddress().isEmpty() ? "::" : settings.bindAddress());
  }

  static InetAddress advertise(MembershipSettings settings, InetAddress bound) {
    if (!settings.advertiseHost().isEmpty()) {
      InetAddress address = resolve("gossip.advertise_address", settings.advertiseHost());
      if (address.isAnyLocalAddress()) {
        throw new InvalidConfigException(
            "cluster_config.gossip.advertise_address",
            "'" + settings.advertiseHost() + "' reaches nobody, use an address of this node");
      }
      return address;
    }
    return bound.isAnyLocalAddress() ? best(addresses()) : bound;
  }

  /** The address that others most likely reach: private before public, IPv4 before IPv6. */
  static InetAddress best(List<InetAddress> addresses) {
    return addresses.stream()
        .filter(address -> !address.isLinkLocalAddress() && !address.isMulticastAddress())
        .min(
            Comparator.<InetAddress, Boolean>comparing(InetAddress::isLoopbackAddress)
                .thenComparing(address -> !(address instanceof Inet4Address))
                .thenComparing(address -> !address.isSiteLocalAddress()))
        .orElse(InetAddress.getLoopbackAddress());
  }

  private static List<InetAddress> addresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(AdvertisedAddress::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .toList();
    } catch (SocketException e) {
      return List.of();
    }
  }

  private static boolean isUp(NetworkInterface network) {
    try {
      return network.isUp();
    } catch (SocketException e) {
      return false;
    }
  }

  private static InetAddress resolve(String field, String host) {
    try {
      return Stream.of(InetAddress.getAllByName(host)).findFirst().orElseThrow();
    } catch (UnknownHostException e) {
      throw new InvalidConfigException(
          "cluster_config." + field, "'" + host + "' cannot be resolved, use an address");
    }
  }
}
