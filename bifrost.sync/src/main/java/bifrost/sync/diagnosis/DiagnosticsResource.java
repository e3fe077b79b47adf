package bifrost.sync.diagnosis;

import bifrost.api.cluster.Diagnosis;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code GET /api/cluster/diagnostics}: what is wrong with the cluster as this node sees it. */
@Component(service = ManagementResource.class)
public final class DiagnosticsResource implements ManagementResource {
  private final Diagnosis diagnosis;

  /** Wires the resource. */
  @Activate
  public DiagnosticsResource(@Reference(name = "diagnosis") Diagnosis diagnosis) {
    this.diagnosis = diagnosis;
  }

  @Override
  public String prefix() {
    return "/api/cluster/diagnostics";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    if (!request.below().isEmpty()) {
      return ManagementAnswer.notFound(request.path() + " is not known");
    }
    return request.method().equals("GET")
        ? ManagementAnswer.ok(diagnosis.report().asJson())
        : ManagementAnswer.methodNotAllowed("GET");
  }
}
