package bifrost.admin.rest.node;

import bifrost.admin.rest.entity.Documents;
import bifrost.admin.rest.entity.Edits;
import bifrost.admin.rest.entity.EntityCollection;
import bifrost.admin.rest.entity.EntityKind;
import bifrost.admin.rest.frame.EntityTags;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import bifrost.api.model.InvalidConfigException;
import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.status.NodeStatus;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code /api/config}: the settings of the gateway ({@code client_config}) and the administrator's
 * credentials ({@code auth_config}). The password is taken and never shown.
 */
@Component(service = ManagementResource.class)
public final class ConfigResource implements ManagementResource {
  private static final String CLIENT = "client_config";
  private static final String AUTH = "auth_config";

  private final Documents documents;
  private final Edits edits;
  private final NodeStatus node;
  private final EntityCollection<ClientSettings> client;
  private final EntityCollection<AuthSettings> auth;

  /** Wires the resource. */
  @Activate
  public ConfigResource(
      @Reference(name = "documents") Documents documents,
      @Reference(name = "edits") Edits edits,
      @Reference(name = "node") NodeStatus node) {
    this.node = node;
    this.documents = documents;
    this.edits = edits;
    this.client =
        new EntityCollection<>(
            new EntityKind<>(ClientSettings.class, CLIENT, CLIENT, "Configuration"),
            documents,
            edits);
    this.auth =
        new EntityCollection<>(
            new EntityKind<>(AuthSettings.class, AUTH, AUTH, "Configuration"), documents, edits);
  }

  @Override
  public String prefix() {
    return "/api/config";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    if (!request.below().isEmpty()) {
      return EntityCollection.unknown(request);
    }
    return switch (request.method()) {
      case "GET" -> get();
      case "PUT", "PATCH" -> put(request);
      default -> ManagementAnswer.methodNotAllowed("GET, PUT, PATCH");
    };
  }

  private ManagementAnswer get() {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put(CLIENT, documents.plain(edits.current().client()));
    answer.put(AUTH, edits.current().auth().map(documents::plain).orElse(null));
    String tag = EntityTags.of(edits.version(EntityType.CLIENT, ClientSettings.ID));
    return ManagementAnswer.ok(answer).withHeader("ETag", tag);
  }

  /** Changes one of the two, so that a change is made as a whole or not at all. */
  private ManagementAnswer put(ManagementRequest request) {
    Map<String, Object> body = request.body();
    for (String name : body.keySet()) {
      if (!Set.of(CLIENT, AUTH).contains(name)) {
        throw new InvalidConfigException(
            name, "unknown field, there are client_config and auth_config");
      }
    }
    if (body.size() != 1) {
      throw new InvalidConfigException("", "send client_config or auth_config, one at a time");
    }
    String part = body.keySet().iterator().next();
    if (!(body.get(part) instanceof Map<?, ?> sent)) {
      throw new InvalidConfigException(part, "must be an object");
    }
    Map<String, Object> change = new LinkedHashMap<>();
    sent.forEach((name, value) -> change.put((String) name, value));
    if (part.equals(AUTH) && Boolean.FALSE.equals(change.get("is_enabled")) && isOpen()) {
      throw new InvalidConfigException(
          "auth_config.is_enabled",
          "must stay true while the node can be reached from other machines");
    }
    return part.equals(CLIENT)
        ? written(request, client, ClientSettings.class, ClientSettings.ID, change)
        : written(request, auth, AuthSettings.class, AuthSettings.ID, change);
  }

  private boolean isOpen() {
    String url = node.boot().listening().orElse("http://127.0.0.1");
    String host = URI.create(url).getHost();
    return host == null
        || !(host.equals("localhost") || host.equals("[::1]") || host.startsWith("127."));
  }

  private <E extends Entity> ManagementAnswer written(
      ManagementRequest request,
      EntityCollection<E> collection,
      Class<E> kind,
      String id,
      Map<String, Object> change) {
    Optional<E> present = edits.current().find(kind, id);
    if (present.isPresent()) {
      return collection.update(request, id, change);
    }
    return collection.createNamed(request, change);
  }
}
