package bifrost.admin.rest.governance;

import bifrost.admin.rest.entity.Documents;
import bifrost.admin.rest.entity.Edits;
import bifrost.admin.rest.entity.EntityCollection;
import bifrost.admin.rest.entity.EntityKind;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import bifrost.api.snapshot.RoutingRule;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /api/governance/routing-rules}: rules that choose providers. */
@Component(service = ManagementResource.class)
public final class RoutingRulesResource implements ManagementResource {
  private final EntityCollection<RoutingRule> collection;

  /** Wires the resource. */
  @Activate
  public RoutingRulesResource(
      @Reference(name = "documents") Documents documents, @Reference(name = "edits") Edits edits) {
    EntityKind<RoutingRule> kind =
        new EntityKind<>(RoutingRule.class, "rule", "rules", "Routing rule");
    this.collection = new EntityCollection<>(kind, documents, edits);
  }

  @Override
  public String prefix() {
    return "/api/governance/routing-rules";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    return collection.handle(request);
  }
}
