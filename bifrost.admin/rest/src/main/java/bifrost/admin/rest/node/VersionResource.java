package bifrost.admin.rest.node;

import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import bifrost.api.status.NodeStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code GET /api/version}: the product's version and the node that answers. */
@Component(service = ManagementResource.class)
public final class VersionResource implements ManagementResource {
  private final NodeStatus status;

  /** Wires the resource. */
  @Activate
  public VersionResource(@Reference(name = "status") NodeStatus status) {
    this.status = status;
  }

  @Override
  public String prefix() {
    return "/api/version";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    if (!request.below().isEmpty()) {
      return ManagementAnswer.notFound(request.path() + " is not known");
    }
    if (!request.method().equals("GET")) {
      return ManagementAnswer.methodNotAllowed("GET");
    }
    NodeStatus.Boot boot = status.boot();
    Map<String, Object> version = new LinkedHashMap<>();
    version.put("version", boot.version());
    version.put("node_id", boot.nodeId());
    version.put("epoch", boot.epoch());
    version.put("uptime_seconds", boot.uptime().toSeconds());
    version.put("configuration_source", boot.source());
    return ManagementAnswer.ok(version);
  }
}
