package bifrost.admin.rest.governance;

import bifrost.admin.rest.entity.Documents;
import bifrost.admin.rest.entity.Edits;
import bifrost.admin.rest.entity.EntityCollection;
import bifrost.admin.rest.entity.EntityKind;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import bifrost.api.snapshot.ModelConfig;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /api/governance/model-configs}: limits on models. */
@Component(service = ManagementResource.class)
public final class ModelConfigsResource implements ManagementResource {
  private final EntityCollection<ModelConfig> collection;

  /** Wires the resource. */
  @Activate
  public ModelConfigsResource(
      @Reference(name = "documents") Documents documents, @Reference(name = "edits") Edits edits) {
    EntityKind<ModelConfig> kind =
        new EntityKind<>(ModelConfig.class, "model_config", "model_configs", "Model config");
    this.collection = new EntityCollection<>(kind, documents, edits);
  }

  @Override
  public String prefix() {
    return "/api/governance/model-configs";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    return collection.handle(request);
  }
}
