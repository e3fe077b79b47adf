package bifrost.discovery.lan.mdns;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.jmdns.JmDNS;
import javax.jmdns.ServiceEvent;
import javax.jmdns.ServiceInfo;
import javax.jmdns.ServiceListener;

/** Multicast DNS by JmDNS, on one network of this host. */
final class JmdnsResponder implements Responder, ServiceListener {
  private static final int MAX_INSTANCES = 8_192;
  private static final List<String> TEXT = List.of("node_id", "region", "host", "session");

  private final String type;
  private final JmDNS dns;
  private final Map<String, Instance> instances = new ConcurrentHashMap<>();

  private JmdnsResponder(String type, JmDNS dns) {
    this.type = type;
    this.dns = dns;
  }

  /**
   * Joins a network.
   *
   * @param type the service
   * @param address an address of this host; empty to choose
   * @param advertised the node's address, whose network is chosen where it is one of this host
   */
  static Responder open(String type, String address, String advertised) throws IOException {
    JmDNS dns =
        JmDNS.create(address.isEmpty() ? choose(advertised) : InetAddress.getByName(address));
    JmdnsResponder responder = new JmdnsResponder(type, dns);
    dns.addServiceListener(type, responder);
    return responder;
  }

  private static InetAddress choose(String advertised) throws IOException {
    InetAddress first = null;
    for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      if (!network.isUp() || network.isLoopback() || !network.supportsMulticast()) {
        continue;
      }
      for (InetAddress address : Collections.list(network.getInetAddresses())) {
        if (address.getHostAddress().equals(advertised)) {
          return address;
        }
        first = first == null && address instanceof Inet4Address ? address : first;
      }
    }
    if (first == null) {
      throw new IOException("no network of this host has multicast: set mdns_address");
    }
    return first;
  }

  @Override
  public void register(Instance instance) throws IOException {
    dns.registerService(
        ServiceInfo.create(type, instance.name(), instance.port(), 0, 0, instance.text()));
  }

  @Override
  public List<Instance> list() {
    return List.copyOf(instances.values());
  }

  @Override
  public void serviceAdded(ServiceEvent event) {
    dns.requestServiceInfo(event.getType(), event.getName(), 1);
  }

  @Override
  public void serviceRemoved(ServiceEvent event) {
    instances.remove(event.getName());
  }

  @Override
  public void serviceResolved(ServiceEvent event) {
    ServiceInfo info = event.getInfo();
    Map<String, String> text = new HashMap<>();
    for (String name : TEXT) {
      String value = info.getPropertyString(name);
      if (value != null) {
        text.put(name, value);
      }
    }
    if (instances.size() < MAX_INSTANCES || instances.containsKey(event.getName())) {
      instances.put(event.getName(), new Instance(event.getName(), info.getPort(), text));
    }
  }

  @Override
  public void close() {
    try {
      dns.close(); // says goodbye for what was registered
    } catch (IOException e) {
      // the others forget this node when its records expire
    }
  }
}
