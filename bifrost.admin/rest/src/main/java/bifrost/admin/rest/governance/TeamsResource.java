package bifrost.admin.rest.governance;

import bifrost.admin.rest.entity.Documents;
import bifrost.admin.rest.entity.Edits;
import bifrost.admin.rest.entity.EntityCollection;
import bifrost.admin.rest.entity.EntityKind;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import bifrost.api.snapshot.Team;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /api/governance/teams}: teams and the limits that their keys share. */
@Component(service = ManagementResource.class)
public final class TeamsResource implements ManagementResource {
  private static final String CUSTOMER = "customer_id";

  private final EntityCollection<Team> collection;

  /** Wires the resource. */
  @Activate
  public TeamsResource(
      @Reference(name = "documents") Documents documents, @Reference(name = "edits") Edits edits) {
    EntityKind<Team> kind = new EntityKind<>(Team.class, "team", "teams", "Team");
    this.collection = new EntityCollection<>(kind, documents, edits);
  }

  @Override
  public String prefix() {
    return "/api/governance/teams";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    if (!request.below().isEmpty() || !request.method().equals("GET")) {
      return collection.handle(request);
    }
    String customer = request.query().getOrDefault(CUSTOMER, "");
    return collection.list(
        request,
        Set.of(CUSTOMER),
        team -> customer.isEmpty() || team.customerId().filter(customer::equals).isPresent());
  }
}
