package bifrost.admin.rest.governance;

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
import bifrost.api.snapshot.ProviderConfig;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /api/governance/providers}: limits on all traffic to a provider. */
@Component(service = ManagementResource.class)
public final class ProviderLimitsResource implements ManagementResource {
  private static final List<String> LIMITS =
      List.of("budgets", "rate_limit", "rate_limits", "calendar_aligned");
  private static final Set<String> LIMITS_AND_NAME =
      Set.of(
          "name",
          "budgets",
          "rate_limit",
          "rate_limits",
          "calendar_aligned",
          "updated_at",
          "version");
  private static final Set<String> SHOWN = Set.of("name", "updated_at", "version");

  private final EntityCollection<ProviderConfig> collection;
  private final Documents documents;
  private final Edits edits;

  /** Wires the resource. */
  @Activate
  public ProviderLimitsResource(
      @Reference(name = "documents") Documents documents, @Reference(name = "edits") Edits edits) {
    this.documents = documents;
    this.edits = edits;
    this.collection =
        new EntityCollection<>(
            new EntityKind<>(ProviderConfig.class, "provider", "providers", "Provider governance"),
            documents,
            edits);
  }

  @Override
  public String prefix() {
    return "/api/governance/providers";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    String name = request.below();
    if (name.isEmpty()) {
      return request.method().equals("GET")
          ? list(request)
          : ManagementAnswer.methodNotAllowed("GET");
    }
    return switch (request.method()) {
      case "GET" -> get(request, name);
      case "PUT", "PATCH" -> reduced(collection.update(request, name, limits(request.body())));
      case "DELETE" -> clear(request, name);
      default -> ManagementAnswer.methodNotAllowed("GET, PUT, PATCH, DELETE");
    };
  }

  private ManagementAnswer list(ManagementRequest request) {
    Queries.require(request, Page.PARAMETERS);
    Page page = Page.of(request);
    Page.Part<ProviderConfig> part = page.of(edits.current().providers(), ProviderConfig::id);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put(
        "providers", part.elements().stream().map(each -> reduced(documents.shown(each))).toList());
    page.describe(part, answer);
    return ManagementAnswer.ok(answer);
  }

  private ManagementAnswer get(ManagementRequest request, String name) {
    return reduced(collection.get(request, name));
  }

  private ManagementAnswer clear(ManagementRequest request, String name) {
    Map<String, Object> nothing = new HashMap<>();
    LIMITS.forEach(limit -> nothing.put(limit, null));
    return reduced(collection.update(request, name, nothing));
  }

  private static Map<String, Object> limits(Map<String, Object> body) {
    Map<String, Object> limits = new LinkedHashMap<>(body);
    limits.keySet().removeAll(SHOWN);
    for (String name : limits.keySet()) {
      if (!LIMITS.contains(name)) {
        throw new InvalidConfigException(
            name,
            "unknown field, there are "
                + String.join(", ", LIMITS)
                + (name.equals("budget") ? "; did you mean 'budgets'?" : ""));
      }
    }
    return limits;
  }

  /** An answer that shows limits and nothing else of the provider. */
  private static ManagementAnswer reduced(ManagementAnswer answer) {
    if (answer.refusal().isPresent()
        || !(answer.body() instanceof Map<?, ?> body)
        || !(body.get("provider") instanceof Map<?, ?> provider)) {
      return answer;
    }
    Map<Object, Object> shown = new LinkedHashMap<>(body);
    shown.put("provider", reduced(provider));
    return new ManagementAnswer(answer.status(), shown, answer.headers(), Optional.empty());
  }

  private static Map<Object, Object> reduced(Map<?, ?> provider) {
    Map<Object, Object> shown = new LinkedHashMap<>(provider);
    shown.keySet().retainAll(LIMITS_AND_NAME);
    return shown;
  }
}
