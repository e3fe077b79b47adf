package bifrost.it.discovery;

import bifrost.it.support.GatewayProcess;
import bifrost.tck.kubernetes.ApiServerStub;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A method that stays inside one region. */
interface LanMethod extends Method {
  /** All that work on this machine. */
  static List<LanMethod> all() throws IOException {
    List<LanMethod> all = new ArrayList<>(List.of(new Udp(), new Kubernetes()));
    multicast().ifPresent(address -> all.add(new Mdns(address)));
    return all;
  }

  private static Optional<String> multicast() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .filter(LanMethod::hasMulticast)
        .flatMap(NetworkInterface::inetAddresses)
        .filter(Inet4Address.class::isInstance)
        .map(InetAddress::getHostAddress)
        .findFirst();
  }

  private static boolean hasMulticast(NetworkInterface network) {
    try {
      return network.isUp() && !network.isLoopback() && network.supportsMulticast();
    } catch (SocketException e) {
      return false;
    }
  }

  /** Broadcasts on loopback. */
  final class Udp implements LanMethod {
    private final int port;

    Udp() throws IOException {
      port = GatewayProcess.freePort();
    }

    @Override
    public String type() {
      return "udp";
    }

    @Override
    public String fields(Pod pod) {
      return ("\"service_name\": \"lan\", \"udp_broadcast_port\": %d, \"udp_interval\": \"500ms\","
              + " \"udp_broadcast_address\": \"127.255.255.255\", %s")
          .formatted(port, ALLOWED);
    }
  }

  /** A stub of the API server, which knows a pod by its address. */
  final class Kubernetes implements LanMethod {
    private final ApiServerStub server;

    Kubernetes() throws IOException {
      server = new ApiServerStub();
    }

    @Override
    public String type() {
      return "kubernetes";
    }

    @Override
    public String fields(Pod pod) {
      return "\"k8s_label_selector\": \"app=bifrost\", \"k8s_api\": \"%s\", \"bind_port\": %d, %s"
          .formatted(server.uri(), pod.gossipPort(), ALLOWED);
    }

    @Override
    public void enter(Pod pod) {
      server.put("bifrost", pod.id(), "Running", pod.host(), Map.of());
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /** Multicast on a network of this machine, of a service that nobody else has. */
  final class Mdns implements LanMethod {
    private final String address;
    private final String service = "_bf" + ProcessHandle.current().pid() + "._tcp";

    Mdns(String address) {
      this.address = address;
    }

    @Override
    public String type() {
      return "mdns";
    }

    @Override
    public String fields(Pod pod) {
      return "\"mdns_service\": \"%s\", \"mdns_address\": \"%s\", %s"
          .formatted(service, address, ALLOWED);
    }
  }
}
