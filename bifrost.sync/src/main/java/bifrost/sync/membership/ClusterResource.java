package bifrost.sync.membership;

import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.MemberState;
import bifrost.api.cluster.Membership;
import bifrost.api.cluster.Replication;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code GET /api/cluster/status}: the cluster as this node sees it. */
@Component(service = ManagementResource.class)
public final class ClusterResource implements ManagementResource {
  private static final String PREFIX = "/api/cluster";

  private final Membership membership;
  private volatile Replication replication;

  /** Wires the resource. */
  @Activate
  public ClusterResource(@Reference(name = "membership") Membership membership) {
    this.membership = membership;
  }

  @Reference(
      name = "replication",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindReplication(Replication bound) {
    replication = bound;
  }

  void unbindReplication(Replication gone) {
    if (replication == gone) {
      replication = null;
    }
  }

  @Override
  public String prefix() {
    return PREFIX;
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    if (!request.below().equals("status")) {
      return ManagementAnswer.notFound(request.path() + " is not known; there is status");
    }
    return request.method().equals("GET")
        ? ManagementAnswer.ok(status(membership.view()))
        : ManagementAnswer.methodNotAllowed("GET");
  }

  private Map<String, Object> status(ClusterView view) {
    Map<String, Object> status = new LinkedHashMap<>();
    int healthy = view.present().size();
    int known =
        (int) view.members().stream().filter(member -> member.state() != MemberState.LEFT).count();
    status.put("local_node", describe(view.local()));
    status.put("members", view.members().stream().map(ClusterResource::describe).toList());
    status.put("healthy_members", healthy);
    status.put("cluster_health", healthy == known ? "HEALTHY" : "NOT HEALTHY");
    status.put("leader", view.leader());
    status.put("region_leaders", new TreeMap<>(view.regionLeaders()));
    status.put(
        "discovery", membership.discoveries().stream().map(ClusterResource::describe).toList());
    Replication bound = replication;
    if (bound != null) {
      status.put("replication", ReplicationFields.of(bound.state()));
    }
    return status;
  }

  private static Map<String, Object> describe(Member member) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("node_id", member.id());
    fields.put("region", member.region());
    fields.put("state", member.state().name().toLowerCase(Locale.ROOT));
    fields.put("since", member.since().toString());
    fields.put("incarnation", member.incarnation());
    fields.put(
        "address",
        member.address().getAddress().getHostAddress() + ":" + member.address().getPort());
    fields.put("http_address", member.info().httpAddress());
    fields.put("grpc_address", member.info().grpcAddress());
    fields.put("version", member.info().version());
    fields.put("capabilities", member.info().capabilities().stream().toList());
    return fields;
  }

  private static Map<String, Object> describe(DiscoveryState state) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("method", state.method());
    fields.put("scope", state.scope().name().toLowerCase(Locale.ROOT));
    fields.put("service_name", state.serviceName());
    fields.put("registered", state.registered());
    fields.put("candidates", state.candidates().size());
    fields.put("outside_allowed_address_space", state.outside());
    fields.put("malformed", state.malformed());
    fields.put("last_found", state.lastFound().map(Object::toString).orElse(""));
    fields.put("failure", state.failure().map(DiscoveryFailure::cause).orElse(""));
    fields.put(
        "reason",
        state
            .failure()
            .map(failure -> failure.reason().name().toLowerCase(Locale.ROOT))
            .orElse(""));
    return fields;
  }
}
