package bifrost.it.discovery;

import bifrost.tck.consul.ConsulStub;
import bifrost.tck.dns.DnsServer;
import bifrost.tck.etcd.EtcdCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What pods find each other by, as a test owns it. */
public interface Backend extends AutoCloseable {
  /** The method's type in the configuration. */
  String type();

  /** The method's fields of {@code cluster_config.discovery} in a region, as JSON members. */
  String fields(String region);

  /** The ids of the nodes that it knows now. */
  Set<String> registered() throws IOException;

  /** A pod is about to start, or has moved; where others keep the backend, they enter it. */
  default void enter(String nodeId, int gossipPort) throws IOException {}

  @Override
  void close() throws IOException;

  /** A real etcd server. */
  final class Etcd implements Backend {
    private static final String PREFIX = "/services/bifrost/";

    private final EtcdCluster cluster;

    /** Starts it. */
    public Etcd() throws IOException {
      cluster = EtcdCluster.start(1);
    }

    @Override
    public String type() {
      return "etcd";
    }

    @Override
    public String fields(String region) {
      return "\"service_name\": \"bifrost\", \"etcd_endpoints\": [\"%s\"]"
          .formatted(cluster.endpoint(0));
    }

    @Override
    public Set<String> registered() throws IOException {
      return Arrays.stream(cluster.control("get", "--prefix", "--keys-only", PREFIX).split("\n"))
          .filter(line -> line.startsWith(PREFIX))
          .map(line -> line.substring(PREFIX.length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What a node has registered. */
    public String value(String nodeId) throws IOException {
      return cluster.control("get", "--print-value-only", PREFIX + nodeId);
    }

    @Override
    public void close() {
      cluster.close();
    }
  }

  /** A real DNS server, whose zone has a service record for each pod. */
  final class Dns implements Backend {
    private final DnsServer server;
    private final Map<String, Integer> ports = new TreeMap<>();

    /** Starts it. */
    public Dns() throws IOException {
      server = DnsServer.start();
      server.set("pod", 1, "A 127.0.0.1");
    }

    @Override
    public String type() {
      return "dns";
    }

    @Override
    public String fields(String region) {
      return "\"dns_names\": [\"_gossip._tcp.%s\"], \"dns_servers\": [\"%s\"]"
          .formatted(DnsServer.ZONE, server.address());
    }

    @Override
    public void enter(String nodeId, int gossipPort) throws IOException {
      ports.put(nodeId, gossipPort);
      List<String> records = new ArrayList<>();
      ports.values().forEach(port -> records.add("SRV 0 0 " + port + " pod"));
      server.set("_gossip._tcp", 1, records);
    }

    @Override
    public Set<String> registered() {
      return ports.keySet();
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  /** A stub of Consul with a federated data centre, and an agent, for each region. */
  final class Consul implements Backend {
    private static final List<String> REGIONS = List.of("eu", "us");

    private final ConsulStub stub;

    /** Starts it. */
    public Consul() throws IOException {
      stub = ConsulStub.start(REGIONS.toArray(String[]::new));
    }

    @Override
    public String type() {
      return "consul";
    }

    @Override
    public String fields(String region) {
      return "\"service_name\": \"bifrost\", \"consul_address\": \"127.0.0.1:%d\""
          .formatted(stub.port(region));
    }

    @Override
    public Set<String> registered() {
      return REGIONS.stream()
          .flatMap(region -> stub.serviceIds(region).stream())
          .map(id -> id.substring(id.indexOf(':') + 1))
          .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public void close() {
      stub.close();
    }
  }
}
