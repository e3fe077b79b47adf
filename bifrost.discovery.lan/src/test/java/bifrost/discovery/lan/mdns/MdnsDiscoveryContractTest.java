package bifrost.discovery.lan.mdns;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.discovery.PeerDiscoveryKit;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The kit on a network in memory. */
@Execution(ExecutionMode.CONCURRENT)
class MdnsDiscoveryContractTest extends PeerDiscoveryKit {
  private final Map<String, Map<String, Responder.Instance>> services = new ConcurrentHashMap<>();
  private volatile boolean dark;

  @Override
  protected Set<Capability> capabilities() {
    return Set.of(
        Capability.REGISTERS,
        Capability.TELLS_IDS,
        Capability.TELLS_REGIONS,
        Capability.TAKES_GARBAGE);
  }

  @Override
  protected PeerDiscovery newDiscovery(String serviceName) {
    String type = "_" + serviceName + "._tcp.local.";
    return new MdnsDiscovery(
        new MdnsSettings(type, "", Duration.ofMillis(50)), self -> new MemoryResponder(type));
  }

  @Override
  protected void darken() {
    dark = true;
  }

  @Override
  protected void light() {
    dark = false;
  }

  @Override
  protected Optional<Duration> forgets() {
    return Optional.empty();
  }

  @Override
  protected void addGarbage(String serviceName) {
    Map<String, Responder.Instance> service = service("_" + serviceName + "._tcp.local.");
    Map<String, String> good =
        Nodes.instance(new Announcement("x", "r", "10.0.0.66", 10101), 1).text();
    service.put("g0", new Responder.Instance("g0", 10101, Map.of()));
    service.put("g1", new Responder.Instance("g1", 0, good));
    service.put(
        "g2",
        new Responder.Instance(
            "g2",
            10101,
            Map.of("node_id", "a\nb", "region", "r", "host", "10.0.0.1", "session", "x")));
  }

  private Map<String, Responder.Instance> service(String type) {
    return services.computeIfAbsent(type, name -> new ConcurrentHashMap<>());
  }

  private final class MemoryResponder implements Responder {
    private final String type;
    private String name = "";

    private MemoryResponder(String type) {
      this.type = type;
    }

    @Override
    public void register(Instance instance) throws IOException {
      light();
      name = instance.name();
      service(type).put(name, instance);
    }

    @Override
    public List<Instance> list() throws IOException {
      light();
      return List.copyOf(service(type).values());
    }

    private void light() throws IOException {
      if (dark) {
        throw new IOException("the network is away");
      }
    }

    @Override
    public void close() {
      if (!dark) {
        service(type).remove(name);
      }
    }
  }
}
