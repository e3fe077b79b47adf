package bifrost.admin.rest.governance;

import bifrost.admin.rest.entity.Documents;
import bifrost.admin.rest.entity.Edits;
import bifrost.admin.rest.entity.EntityCollection;
import bifrost.admin.rest.entity.EntityKind;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import bifrost.api.snapshot.PriceOverride;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /api/governance/pricing-overrides}: prices that replace those of the catalogue. */
@Component(service = ManagementResource.class)
public final class PricingOverridesResource implements ManagementResource {
  private final EntityCollection<PriceOverride> collection;

  /** Wires the resource. */
  @Activate
  public PricingOverridesResource(
      @Reference(name = "documents") Documents documents, @Reference(name = "edits") Edits edits) {
    EntityKind<PriceOverride> kind =
        new EntityKind<>(
            PriceOverride.class, "pricing_override", "pricing_overrides", "Pricing override");
    this.collection = new EntityCollection<>(kind, documents, edits);
  }

  @Override
  public String prefix() {
    return "/api/governance/pricing-overrides";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    return collection.handle(request);
  }
}
