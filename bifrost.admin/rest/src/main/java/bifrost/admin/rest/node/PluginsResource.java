package bifrost.admin.rest.node;

import bifrost.admin.rest.entity.Documents;
import bifrost.admin.rest.entity.Edits;
import bifrost.admin.rest.entity.EntityCollection;
import bifrost.admin.rest.entity.EntityKind;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import bifrost.api.model.InvalidConfigException;
import bifrost.api.snapshot.PluginSettings;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code /api/plugins}: the configuration of plugins by their PID, for all nodes; a node whose file
 * has the PID keeps to its file. Their texts may be secret, so they are taken and never shown.
 */
@Component(service = ManagementResource.class)
public final class PluginsResource implements ManagementResource {
  private final EntityCollection<PluginSettings> collection;

  /** Wires the resource. */
  @Activate
  public PluginsResource(
      @Reference(name = "documents") Documents documents, @Reference(name = "edits") Edits edits) {
    this.collection =
        new EntityCollection<>(
            new EntityKind<>(PluginSettings.class, "plugin", "plugins", "Plugin"),
            documents,
            edits);
  }

  @Override
  public String prefix() {
    return "/api/plugins";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    String name = request.below();
    if (name.indexOf('/') >= 0) {
      return EntityCollection.unknown(request);
    }
    return switch (request.method()) {
      case "GET" ->
          name.isEmpty()
              ? collection.list(request, Set.of(), plugin -> true)
              : collection.get(request, name);
      case "POST" -> {
        if (!name.isEmpty()) {
          yield ManagementAnswer.methodNotAllowed("GET, PUT, PATCH, DELETE");
        }
        requireEnabled(request);
        yield collection.createNamed(request, request.body());
      }
      case "PUT", "PATCH" -> {
        if (name.isEmpty()) {
          yield ManagementAnswer.methodNotAllowed("GET, POST");
        }
        requireEnabled(request);
        if (!name.equals(request.body().getOrDefault("name", name))) {
          throw new InvalidConfigException("name", "cannot be changed, it is '" + name + "'");
        }
        yield collection.update(request, name, request.body());
      }
      default -> collection.handle(request);
    };
  }

  private static void requireEnabled(ManagementRequest request) {
    if (Boolean.FALSE.equals(request.body().get("enabled"))) {
      throw new InvalidConfigException("enabled", "is false: delete the plugin's settings instead");
    }
  }
}
