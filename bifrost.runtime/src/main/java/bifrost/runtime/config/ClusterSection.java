package bifrost.runtime.config;

import bifrost.runtime.config.json.Fields;
import bifrost.runtime.config.json.Nearest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The section {@code cluster_config}: the configuration of the mesh's bundles. Each of their PIDs
 * gets the node's id and region, the expected regions and the static peers besides its own section.
 */
final class ClusterSection {
  private static final String MEMBERSHIP = "bifrost.sync.membership";
  private static final String REPLICATION = "bifrost.sync.replication";
  private static final String BROKER = "bifrost.sync.broker";
  private static final String DIAGNOSIS = "bifrost.sync.diagnosis";
  private static final String DISCOVERY = "bifrost.discovery.";

  private static final Pattern REGION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern ADDRESS =
      Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\]):([0-9]{1,5})");
  private static final Pattern NETWORK =
      Pattern.compile("[0-9A-Fa-f.]*[.:][0-9A-Fa-f:.]+(/(12[0-8]|1[01][0-9]|[0-9]{1,2}))?");
  private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9_]{0,31}");

  private static final List<String> GOSSIP_FIELDS =
      List.of(
          "profile",
          "bind_address",
          "advertise_address",
          "label",
          "compress",
          "http_address",
          "grpc_address");

  private static final List<String> DISCOVERY_COMMON =
      List.of("service_name", "bind_port", "dial_timeout", "allowed_address_space");

  /** The fields of each method that comes with Bifrost. */
  private static final Map<String, List<String>> DISCOVERY_FIELDS =
      Map.of(
          "kubernetes", List.of("k8s_namespace", "k8s_label_selector", "k8s_api"),
          "consul",
              List.of(
                  "consul_address",
                  "consul_token",
                  "consul_datacenters",
                  "consul_tags",
                  "consul_tls",
                  "consul_ca",
                  "consul_cert",
                  "consul_key",
                  "consul_check_interval",
                  "consul_deregister_after"),
          "etcd",
              List.of(
                  "etcd_endpoints",
                  "etcd_user",
                  "etcd_password",
                  "etcd_ca",
                  "etcd_cert",
                  "etcd_key"),
          "dns", List.of("dns_names", "dns_servers", "dns_min_interval", "dns_max_interval"),
          "udp", List.of("udp_broadcast_port", "udp_broadcast_address", "udp_interval"),
          "mdns", List.of("mdns_service", "mdns_address"));

  /** The fields without which a method cannot work. */
  private static final Map<String, List<String>> DISCOVERY_REQUIRED =
      Map.of(
          "kubernetes", List.of("k8s_label_selector"),
          "consul", List.of("service_name"),
          "etcd", List.of("service_name", "etcd_endpoints"),
          "dns", List.of("dns_names"),
          "udp", List.of("service_name", "udp_broadcast_port", "allowed_address_space"),
          "mdns", List.of());

  private final Map<String, Map<String, Object>> plugins;
  private final Map<String, Object> node = new LinkedHashMap<>();
  private Optional<String> nodeId = Optional.empty();
  private String discoveryType = "";
  private String serviceName = "";

  ClusterSection(Map<String, Map<String, Object>> plugins) {
    this.plugins = plugins;
  }

  /** The node's id, where it is set. */
  Optional<String> nodeId() {
    return nodeId;
  }

  void read(Fields section) {
    boolean enabled = section.flag("enabled").orElse(false);
    readNode(section);
    Optional<Fields> gossip = section.object("gossip");
    Map<String, Object> membership = gossip.map(this::gossip).orElseGet(LinkedHashMap::new);
    Map<String, Object> replication =
        section.object("grpc").map(this::grpc).orElseGet(LinkedHashMap::new);
    section.object("replication").ifPresent(fields -> replication(fields, replication));
    Optional<Map<String, Object>> broker = BrokerSection.read(section);
    Map<String, Object> diagnosis =
        section.object("diagnosis").map(DiagnosisSection::read).orElseGet(LinkedHashMap::new);
    section
        .object("hard_budget_shares")
        .ifPresent(
            shares -> HardBudgetShares.read(shares, nodeId, enabled ? plugins : new HashMap<>()));
    boolean discovers = section.object("discovery").map(d -> discovery(d, enabled)).orElse(false);
    section.end();
    if (!enabled) {
      return;
    }
    if (!discovers && broker.isEmpty() && !section.has("peers")) {
      section.refuse("", "is enabled, but has neither peers nor an enabled discovery");
    }
    // what gossip does not open to the network, replication does not either
    if (membership.containsKey("bind_address")) {
      replication.putIfAbsent("bind_address", membership.get("bind_address"));
    }
    // beacons are signed with the keys of gossip
    if (discoveryType.equals("udp") && membership.containsKey("secret_keys")) {
      plugins.get(DISCOVERY + "udp").put("secret_keys", membership.get("secret_keys"));
    }
    // who is looked for under another name is of another cluster
    if (!serviceName.isEmpty()) {
      replication.putIfAbsent("cluster", serviceName);
    }
    plugins.put(REPLICATION, withNode(replication));
    if (broker.isPresent()) {
      // brokers tell who the members are: there is no gossip, and nothing of it to diagnose
      plugins.put(BROKER, withNode(broker.get()));
      return;
    }
    plugins.put(MEMBERSHIP, withNode(membership));
    DiagnosisSection.complete(diagnosis, discoveryType, replication);
    plugins.put(DIAGNOSIS, withNode(diagnosis));
  }

  private void readNode(Fields section) {
    nodeId = section.text("node_id").filter(text -> !text.isBlank());
    if (nodeId.isPresent() && !Ids.isNode(nodeId.get())) {
      section.refuse("node_id", "must be 1 to 64 letters, digits or . _ -");
    }
    String region = section.text("region").orElse("unknown");
    requireRegion(section, "region", region);
    node.put("region", region);
    List<String> expected = section.texts("expected_regions");
    expected.forEach(name -> requireRegion(section, "expected_regions", name));
    if (!expected.isEmpty() && !expected.contains(region)) {
      section.refuse("expected_regions", "does not hold this node's own region '" + region + "'");
    }
    node.put("expected_regions", expected.toArray(String[]::new));
    List<String> peers = section.texts("peers");
    for (String peer : peers) {
      if (!isAddress(peer)) {
        section.refuse("peers", "'" + peer + "' is not of the form host:port");
      }
    }
    node.put("peers", peers.toArray(String[]::new));
  }

  private Map<String, Object> gossip(Fields fields) {
    Map<String, Object> properties = new LinkedHashMap<>();
    port(fields, "port", properties);
    List<String> keys = fields.secrets("secret_keys").stream().map(s -> s.reveal()).toList();
    for (String key : keys) {
      if (!isGossipKey(key)) {
        fields.refuse("secret_keys", "a key must be 16, 24 or 32 bytes in base64");
      }
    }
    if (!keys.isEmpty()) {
      properties.put("secret_keys", keys.toArray(String[]::new));
    }
    FlatProperties.copy(fields, GOSSIP_FIELDS, properties);
    fields.ignore("config", "times follow from gossip.profile, wan or lan");
    fields.end();
    return properties;
  }

  private Map<String, Object> grpc(Fields fields) {
    Map<String, Object> properties = new LinkedHashMap<>();
    port(fields, "port", properties);
    fields
        .whole("dial_timeout_seconds", 1, 600)
        .ifPresent(seconds -> properties.put("dial_timeout_seconds", seconds));
    FlatProperties.copy(fields, List.of("bind_address", "advertise_address"), properties);
    fields
        .object("tls")
        .ifPresent(
            tls -> {
              for (String name : List.of("cert", "key", "ca")) {
                String value = tls.secret(name).map(s -> s.reveal()).orElse("");
                if (value.isBlank()) {
                  tls.refuse(name, "is missing: cert, key and ca belong together");
                }
                properties.put("tls." + name, value);
              }
              Map<String, String> rules = Map.of("node", "node", "ca", "ca");
              tls.choice("verify", rules).ifPresent(rule -> properties.put("tls.verify", rule));
              tls.end();
            });
    fields.flag("insecure").ifPresent(insecure -> properties.put("insecure", insecure));
    fields.end();
    return properties;
  }

  private static void replication(Fields fields, Map<String, Object> properties) {
    Optional<String> cluster = fields.text("cluster");
    if (cluster.isPresent() && !REGION.matcher(cluster.get()).matches()) {
      fields.refuse("cluster", "a cluster's name must be 1 to 64 letters, digits or . _ -");
    }
    cluster.ifPresent(name -> properties.put("cluster", name));
    Map<String, String> topologies = Map.of("relay", "relay", "mesh", "mesh");
    fields
        .choice("topology", topologies)
        .ifPresent(topology -> properties.put("topology", topology));
    fields.whole("relays", 1, 5).ifPresent(relays -> properties.put("relays", relays));
    fields
        .whole("alarm_seconds", 15, 3_600)
        .ifPresent(seconds -> properties.put("alarm_seconds", seconds));
    fields.end();
  }

  /** Refuses what a method that comes with Bifrost does not know, where a PID is one's. */
  static void requireDiscovery(String pid, Fields fields) {
    String type = pid.startsWith(DISCOVERY) ? pid.substring(DISCOVERY.length()) : "";
    List<String> own = DISCOVERY_FIELDS.get(type);
    if (own == null) {
      return;
    }
    DISCOVERY_COMMON.forEach(fields::any);
    own.forEach(fields::any);
    if (type.equals("udp")) {
      fields.any("secret_keys");
    }
    requireAll(type, fields);
    fields.end();
  }

  private static void requireAll(String type, Fields fields) {
    for (String name : DISCOVERY_REQUIRED.get(type)) {
      if (!fields.has(name)) {
        fields.refuse(name, "is missing: discovery by " + type + " needs it");
      }
    }
  }

  private boolean discovery(Fields fields, boolean clusterEnabled) {
    boolean enabled = fields.flag("enabled").orElse(false);
    String type = fields.text("type").orElse("");
    if (type.isEmpty() && enabled) {
      fields.refuse("type", "is missing, use one of " + String.join(", ", sortedTypes()));
      return true;
    }
    if (!type.isEmpty() && !TYPE.matcher(type).matches()) {
      fields.refuse("type", "is no name of a discovery method");
      return true;
    }
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> own = DISCOVERY_FIELDS.get(type);
    if (own == null) {
      fields.warn(
          "type",
          "'%s' is not a method that comes with Bifrost%s; a plugin has to bring it"
              .formatted(type, Nearest.hint(type, DISCOVERY_FIELDS.keySet())));
      FlatProperties.copyAll(fields, Set.of("enabled", "type"), properties);
    } else {
      FlatProperties.copy(fields, DISCOVERY_COMMON, properties);
      FlatProperties.copy(fields, own, properties);
      // One file often carries the fields of several methods.
      Set<String> others = new LinkedHashSet<>();
      DISCOVERY_FIELDS.values().forEach(others::addAll);
      own.forEach(others::remove);
      others.forEach(name -> fields.ignore(name, "the type is " + type));
      if (enabled) {
        requireAll(type, fields);
      }
    }
    for (String network : fields.texts("allowed_address_space")) {
      if (!NETWORK.matcher(network).matches()) {
        fields.refuse("allowed_address_space", "'" + network + "' is no network, write 10.0.0.0/8");
      }
    }
    fields.end();
    if (enabled && clusterEnabled) {
      plugins.put(DISCOVERY + type, withNode(properties));
      discoveryType = type;
      serviceName = String.valueOf(properties.getOrDefault("service_name", ""));
    }
    return enabled;
  }

  private Map<String, Object> withNode(Map<String, Object> properties) {
    Map<String, Object> all = new LinkedHashMap<>(node);
    all.putAll(properties);
    return all;
  }

  private static List<String> sortedTypes() {
    return DISCOVERY_FIELDS.keySet().stream().sorted().toList();
  }

  private static void port(Fields fields, String name, Map<String, Object> properties) {
    fields.whole(name, 0, 65_535).ifPresent(port -> properties.put(name, port));
  }

  private static void requireRegion(Fields section, String member, String region) {
    if (!REGION.matcher(region).matches()) {
      section.refuse(member, "a region's name must be 1 to 64 letters, digits or . _ -");
    }
  }

  private static boolean isAddress(String text) {
    var matcher = ADDRESS.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    int port = Integer.parseInt(matcher.group(2));
    return port >= 1 && port <= 65_535;
  }

  private static boolean isGossipKey(String text) {
    try {
      int length = java.util.Base64.getDecoder().decode(text).length;
      return length == 16 || length == 24 || length == 32;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
