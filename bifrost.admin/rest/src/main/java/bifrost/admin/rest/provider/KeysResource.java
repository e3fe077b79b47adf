package bifrost.admin.rest.provider;

import bifrost.admin.rest.entity.Documents;
import bifrost.admin.rest.entity.Edits;
import bifrost.admin.rest.entity.EntityCollection;
import bifrost.admin.rest.entity.EntityKind;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import bifrost.api.snapshot.ProviderKey;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code GET /api/keys}: the keys of all providers, without their secrets. */
@Component(service = ManagementResource.class)
public final class KeysResource implements ManagementResource {
  private final EntityCollection<ProviderKey> keys;

  /** Wires the resource. */
  @Activate
  public KeysResource(
      @Reference(name = "documents") Documents documents, @Reference(name = "edits") Edits edits) {
    this.keys =
        new EntityCollection<>(
            new EntityKind<>(ProviderKey.class, "key", "keys", "Key"), documents, edits);
  }

  @Override
  public String prefix() {
    return "/api/keys";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    if (!request.below().isEmpty()) {
      return EntityCollection.unknown(request);
    }
    if (!request.method().equals("GET")) {
      return ManagementAnswer.methodNotAllowed("GET");
    }
    String provider = request.query().getOrDefault("provider", "");
    return keys.list(
        request, Set.of("provider"), key -> provider.isEmpty() || key.provider().equals(provider));
  }
}
