package bifrost.it.discovery;

import bifrost.tck.dns.DnsServer;
import bifrost.tck.network.PacketRelay;
import bifrost.tck.network.Relay;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A real DNS server behind relays, whose zone has a service record for each pod. */
public final class DnsBackend implements Backend {
  private static final String NAME = "_gossip._tcp";

  /** What fits into answers of 64 KiB. */
  private static final int NO_ENTRIES = 1_000;

  private static final List<String> OUTSIDE = List.of("lies0", "lies1", "lies2", "lies3");
  private static final int OUTSIDE_EACH = 2_500;

  private final DnsServer server;
  private final Relay stream;
  private final PacketRelay packets;
  private final Map<String, String> entries = new TreeMap<>();
  private boolean lying;

  /** Starts it. */
  public DnsBackend() throws IOException {
    server = DnsServer.start();
    server.set("pod", 1, "A 127.0.0.1");
    stream = Relay.to("127.0.0.1", server.port());
    packets = PacketRelay.to(server.port(), stream.port());
  }

  @Override
  public String type() {
    return "dns";
  }

  @Override
  public String fields(Pod pod) {
    List<String> names = new ArrayList<>(List.of(NAME));
    names.addAll(OUTSIDE);
    names.replaceAll(name -> "\"" + DnsServer.absolute(name) + "\"");
    // while it tells the truth, the other names are the pod itself
    return "\"dns_names\": [%s], \"dns_servers\": [\"127.0.0.1:%d\"], \"bind_port\": %d, %s"
        .formatted(String.join(", ", names), packets.port(), pod.gossipPort(), ALLOWED);
  }

  @Override
  public void enter(Pod pod) throws IOException {
    entries.put(pod.id(), "SRV 0 0 " + pod.gossipPort() + " pod");
    write();
  }

  @Override
  public Set<String> registered() {
    return Set.copyOf(entries.keySet());
  }

  /** Others keep the records. */
  @Override
  public boolean forgetsTheKilled() {
    return false;
  }

  @Override
  public boolean forgetsThePaused() {
    return false;
  }

  @Override
  public void hang(boolean now) throws IOException {
    if (now) {
      server.pause();
    } else {
      server.resume();
    }
  }

  @Override
  public void slow(Duration delay) {
    packets.delay(delay);
    stream.delay(delay);
  }

  @Override
  public void lie() throws IOException {
    lying = true;
    write();
  }

  @Override
  public void tellTheTruth() throws IOException {
    lying = false;
    write();
  }

  private void write() throws IOException {
    Map<String, List<String>> names = new TreeMap<>();
    List<String> records = new ArrayList<>(entries.values());
    for (int i = 0; lying && i < NO_ENTRIES; i++) {
      records.add("SRV %d 0 0 pod".formatted(i));
    }
    names.put(NAME, records);
    for (String name : OUTSIDE) {
      List<String> addresses = new ArrayList<>();
      for (int i = 0; lying && i < OUTSIDE_EACH; i++) {
        addresses.add("A 10.%d.%d.%d".formatted(60 + name.charAt(4) - '0', i / 250, i % 250));
      }
      names.put(name, lying ? addresses : List.of("A 127.0.0.1"));
    }
    server.set(1, names);
  }

  @Override
  public void close() throws IOException {
    packets.close();
    stream.close();
    server.close();
  }
}
