package bifrost.admin.rest.provider;

import bifrost.admin.rest.entity.Documents;
import bifrost.admin.rest.entity.Edits;
import bifrost.admin.rest.entity.EntityCollection;
import bifrost.admin.rest.entity.EntityKind;
import bifrost.admin.rest.entity.Page;
import bifrost.admin.rest.entity.Queries;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Refusal;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.status.NodeStatus;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code /api/providers}: providers, and below each of them its keys. What is installed and not
 * configured is listed too. A key's secret is never shown.
 */
@Component(service = ManagementResource.class)
public final class ProvidersResource implements ManagementResource {
  private static final String KEYS = "keys";
  private static final String STATUS = "status";

  private final Documents documents;
  private final Edits edits;
  private final NodeStatus node;
  private final EntityCollection<ProviderConfig> providers;
  private final EntityCollection<ProviderKey> keys;

  /** Wires the resource. */
  @Activate
  public ProvidersResource(
      @Reference(name = "documents") Documents documents,
      @Reference(name = "edits") Edits edits,
      @Reference(name = "node") NodeStatus node) {
    this.documents = documents;
    this.edits = edits;
    this.node = node;
    this.providers =
        new EntityCollection<>(
            new EntityKind<>(ProviderConfig.class, "provider", "providers", "Provider"),
            documents,
            edits);
    this.keys =
        new EntityCollection<>(
            new EntityKind<>(ProviderKey.class, "key", KEYS, "Key"), documents, edits);
  }

  @Override
  public String prefix() {
    return "/api/providers";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    List<String> path = List.of(request.below().split("/", -1));
    if (request.below().isEmpty()) {
      return switch (request.method()) {
        case "GET" -> list(request);
        case "POST" -> create(request, text(request.body(), "provider", "name"), request.body());
        default -> ManagementAnswer.methodNotAllowed("GET, POST");
      };
    }
    if (path.size() == 1) {
      return provider(request, path.get(0));
    }
    if (path.get(1).equals(KEYS) && path.size() == 2) {
      return keys(request, path.get(0));
    }
    return path.get(1).equals(KEYS) && path.size() == 3
        ? key(request, path.get(0), path.get(2))
        : EntityCollection.unknown(request);
  }

  private ManagementAnswer list(ManagementRequest request) {
    Queries.require(request, Page.PARAMETERS);
    Map<String, NodeStatus.ProviderState> states = states();
    Set<String> names = new HashSet<>(states.keySet());
    edits.current().providers().forEach(provider -> names.add(provider.id()));
    Page page = Page.of(request);
    Page.Part<String> part = page.of(names, Function.identity());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put(
        "providers", part.elements().stream().map(name -> shown(name, states.get(name))).toList());
    page.describe(part, answer);
    return ManagementAnswer.ok(answer);
  }

  private ManagementAnswer provider(ManagementRequest request, String name) {
    return switch (request.method()) {
      case "GET" -> get(request, name);
      case "PUT", "PATCH" -> put(request, name);
      case "DELETE" -> providers.remove(request, name);
      default -> ManagementAnswer.methodNotAllowed("GET, PUT, PATCH, DELETE");
    };
  }

  private ManagementAnswer get(ManagementRequest request, String name) {
    ManagementAnswer answer = providers.get(request, name);
    NodeStatus.ProviderState state = states().get(name);
    if (answer.refusal().isPresent()) {
      return state == null ? answer : ManagementAnswer.ok(Map.of("provider", shown(name, state)));
    }
    return new ManagementAnswer(
        answer.status(),
        Map.of("provider", shown(name, state)),
        answer.headers(),
        answer.refusal());
  }

  /** Changes a provider, or configures one for the first time. */
  private ManagementAnswer put(ManagementRequest request, String name) {
    Map<String, Object> body = new LinkedHashMap<>(request.body());
    body.remove(STATUS);
    if (edits.current().provider(name).isEmpty()) {
      return create(request, name, body);
    }
    if (body.containsKey(KEYS)) {
      throw new InvalidConfigException(
          KEYS, "are changed one by one, at /api/providers/%s/keys".formatted(name));
    }
    if (body.containsKey("name") && !name.equals(body.get("name"))) {
      throw new InvalidConfigException("name", "cannot be changed, it is '" + name + "'");
    }
    return providers.update(request, name, body);
  }

  private ManagementAnswer create(
      ManagementRequest request, String name, Map<String, Object> sent) {
    Map<String, Object> body = new LinkedHashMap<>(sent);
    body.remove(STATUS);
    body.remove("provider");
    body.put("name", name);
    Object sentKeys = body.remove(KEYS);
    List<?> list = sentKeys instanceof List<?> keyList ? keyList : List.of();
    if (sentKeys != null && !(sentKeys instanceof List<?>)) {
      throw new InvalidConfigException(KEYS, "must be a list");
    }
    ManagementAnswer answer = providers.createNamed(request, body);
    for (int i = 0; i < list.size() && answer.refusal().isEmpty(); i++) {
      answer = withKey(request, name, list.get(i), i, answer);
    }
    return answer;
  }

  /** A key that cannot be used is told by its place; those before it are there. */
  private ManagementAnswer withKey(
      ManagementRequest request, String provider, Object key, int index, ManagementAnswer answer) {
    if (!(key instanceof Map<?, ?> members)) {
      throw new InvalidConfigException("keys[" + index + "]", "must be an object");
    }
    try {
      ManagementAnswer made = keys.createNamed(request, keyOf(provider, members));
      if (made.refusal().isPresent()) {
        return made;
      }
    } catch (InvalidConfigException e) {
      throw new InvalidConfigException(
          "keys[%d]%s".formatted(index, e.path().isEmpty() ? "" : "." + e.path()),
          e.getMessage() + "; the provider and the keys before this one are configured now");
    }
    Map<String, Object> body = new LinkedHashMap<>();
    ((Map<?, ?>) answer.body()).forEach((name, value) -> body.put((String) name, value));
    body.put("provider", shown(provider, states().get(provider)));
    return new ManagementAnswer(answer.status(), body, answer.headers(), answer.refusal());
  }

  private ManagementAnswer keys(ManagementRequest request, String provider) {
    return switch (request.method()) {
      case "GET" -> keys.list(request, Set.of(), key -> key.provider().equals(provider));
      case "POST" -> keys.createNamed(request, keyOf(provider, request.body()));
      default -> ManagementAnswer.methodNotAllowed("GET, POST");
    };
  }

  private ManagementAnswer key(ManagementRequest request, String provider, String id) {
    boolean ofProvider =
        edits
            .current()
            .find(ProviderKey.class, id)
            .filter(key -> key.provider().equals(provider))
            .isPresent();
    return ofProvider
        ? keys.element(request, id)
        : ManagementAnswer.refused(
            Refusal.of(404, "not_found", "provider '%s' has no such key".formatted(provider)));
  }

  /** A key's object; without an id it gets one of its provider and name, as in the file. */
  private static Map<String, Object> keyOf(String provider, Map<?, ?> sent) {
    Map<String, Object> key = new LinkedHashMap<>();
    sent.forEach((name, value) -> key.put((String) name, value));
    if (key.get("provider") != null && !provider.equals(key.get("provider"))) {
      throw new InvalidConfigException("provider", "is another one than in the path");
    }
    key.put("provider", provider);
    return key;
  }

  private Map<String, Object> shown(String name, NodeStatus.ProviderState state) {
    Map<String, Object> shown =
        edits
            .current()
            .provider(name)
            .map(documents::shown)
            .orElseGet(() -> new LinkedHashMap<>(Map.of("name", name)));
    shown.put(KEYS, edits.current().keys(name).stream().map(documents::plain).toList());
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("configured", edits.current().provider(name).isPresent());
    status.put("adapter", state == null ? "" : state.adapter());
    status.put("bundle", state == null ? "" : state.bundle());
    status.put("running_calls", state == null ? 0 : state.running());
    status.put("draining_calls", state == null ? 0 : state.draining());
    shown.put(STATUS, status);
    return shown;
  }

  private Map<String, NodeStatus.ProviderState> states() {
    return node.providers().stream()
        .collect(
            Collectors.toMap(
                NodeStatus.ProviderState::name, Function.identity(), (one, other) -> one));
  }

  private static String text(Map<String, Object> body, String... names) {
    for (String name : names) {
      if (body.get(name) instanceof String text && !text.isBlank()) {
        return text;
      }
    }
    throw new InvalidConfigException(names[0], "is missing: the provider's name");
  }
}
