package bifrost.sync.membership.discovery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The networks that peers may be in; none stands for all. Immutable. */
final class AddressSpace {
  /** Everything. */
  static final AddressSpace ALL = new AddressSpace(List.of());

  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");

  private final List<Network> networks;

  private record Network(byte[] prefix, int bits) {
    boolean contains(byte[] address) {
      if (address.length != prefix.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit += 8) {
        int mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit)) & 0xff;
        if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  private AddressSpace(List<Network> networks) {
    this.networks = networks;
  }

  /**
   * Reads networks such as {@code 10.0.0.0/8}, or single addresses.
   *
   * @throws IllegalArgumentException with the text that is none
   */
  static AddressSpace of(Collection<String> texts) {
    List<Network> networks = new ArrayList<>();
    for (String text : texts) {
      networks.add(
          network(text.trim())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "'" + text + "' is no network, write 10.0.0.0/8 or fd00::/8")));
    }
    return new AddressSpace(List.copyOf(networks));
  }

  boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    return networks.isEmpty() || networks.stream().anyMatch(network -> network.contains(bytes));
  }

  /** The address that a literal stands for; empty for a name, which is not looked up. */
  static Optional<InetAddress> literal(String host) {
    if (host.indexOf(':') < 0 && !IPV4.matcher(host).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static Optional<Network> network(String text) {
    int slash = text.indexOf('/');
    return literal(slash < 0 ? text : text.substring(0, slash))
        .flatMap(
            address -> {
              byte[] prefix = address.getAddress();
              int all = prefix.length * 8;
              try {
                int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
                return bits < 0 || bits > all
                    ? Optional.empty()
                    : Optional.of(new Network(prefix, bits));
              } catch (NumberFormatException e) {
                return Optional.empty();
              }
            });
  }
}
