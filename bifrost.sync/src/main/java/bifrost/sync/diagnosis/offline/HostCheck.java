package bifrost.sync.diagnosis.offline;

import bifrost.sync.diagnosis.rules.Fault;
import bifrost.sync.diagnosis.rules.Symptom;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Whether the ports of the mesh are free on this host. */
final class HostCheck {
  private HostCheck() {}

  static List<Symptom> check(MeshProperties membership, MeshProperties replication) {
    List<Symptom> symptoms = new ArrayList<>();
    String bind = membership.text("bind_address");
    port(symptoms, "gossip", "TCP", bind, membership.number("port", 10_101));
    port(symptoms, "gossip", "UDP", bind, membership.number("port", 10_101));
    port(
        symptoms,
        "grpc",
        "TCP",
        replication.text("bind_address"),
        replication.number("port", 10_102));
    return symptoms;
  }

  private static void port(
      List<Symptom> symptoms, String section, String protocol, String bind, int port) {
    if (port == 0) {
      return;
    }
    try {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getByName(bind.isEmpty() ? "::" : bind), port);
      if (protocol.equals("UDP")) {
        new DatagramSocket(address).close();
      } else {
        try (ServerSocket socket = new ServerSocket()) {
          socket.bind(address);
        }
      }
    } catch (IOException e) {
      symptoms.add(
          Symptom.of(
              Fault.PORT_TAKEN,
              "%s %s %d".formatted(section, protocol, port),
              "This node cannot listen on %s port %d.".formatted(protocol, port),
              "%s: %s".formatted(bind.isEmpty() ? "all addresses" : bind, e.getMessage()),
              "Stop what has the port (this node may be running: then ask it by 'bifrost doctor'),"
                  + " or set another cluster_config.%s.port or bind_address.".formatted(section)));
    }
  }
}
