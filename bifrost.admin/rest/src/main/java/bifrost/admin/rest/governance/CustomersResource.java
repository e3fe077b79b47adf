package bifrost.admin.rest.governance;

import bifrost.admin.rest.entity.Documents;
import bifrost.admin.rest.entity.Edits;
import bifrost.admin.rest.entity.EntityCollection;
import bifrost.admin.rest.entity.EntityKind;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import bifrost.api.snapshot.Customer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /api/governance/customers}: customers and the limits that their teams and keys share. */
@Component(service = ManagementResource.class)
public final class CustomersResource implements ManagementResource {
  private final EntityCollection<Customer> collection;

  /** Wires the resource. */
  @Activate
  public CustomersResource(
      @Reference(name = "documents") Documents documents, @Reference(name = "edits") Edits edits) {
    EntityKind<Customer> kind =
        new EntityKind<>(Customer.class, "customer", "customers", "Customer");
    this.collection = new EntityCollection<>(kind, documents, edits);
  }

  @Override
  public String prefix() {
    return "/api/governance/customers";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    return collection.handle(request);
  }
}
