package bifrost.admin.rest.governance;

import bifrost.admin.rest.entity.Documents;
import bifrost.admin.rest.entity.Edits;
import bifrost.admin.rest.entity.EntityCollection;
import bifrost.admin.rest.entity.EntityKind;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import bifrost.api.snapshot.VirtualKey;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code /api/governance/virtual-keys}: the keys of clients. A secret is made here and shown in the
 * one answer to its making; afterwards only its hash is there.
 */
@Component(service = ManagementResource.class)
public final class VirtualKeysResource implements ManagementResource {
  private static final String VALUE = "value";
  private static final int SECRET_BYTES = 30;
  private static final Set<String> FILTERS = Set.of("search", "team_id", "customer_id");

  private final EntityCollection<VirtualKey> collection;
  private final BudgetOverrides overrides;
  private final SecureRandom random = new SecureRandom();

  /** Wires the resource. */
  @Activate
  public VirtualKeysResource(
      @Reference(name = "documents") Documents documents, @Reference(name = "edits") Edits edits) {
    EntityKind<VirtualKey> kind =
        new EntityKind<>(VirtualKey.class, "virtual_key", "virtual_keys", "Virtual key");
    this.collection = new EntityCollection<>(kind, documents, edits);
    this.overrides = new BudgetOverrides(collection, edits.clock());
  }

  @Override
  public String prefix() {
    return "/api/governance/virtual-keys";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    List<String> path = List.of(request.below().split("/", -1));
    if (request.below().isEmpty()) {
      return switch (request.method()) {
        case "GET" -> list(request);
        case "POST" -> create(request);
        default -> ManagementAnswer.methodNotAllowed("GET, POST");
      };
    }
    if (path.size() == 1) {
      return collection.element(request, path.get(0));
    }
    if (path.size() == 2 && path.get(1).equals("rotate")) {
      return request.method().equals("POST")
          ? rotate(request, path.get(0))
          : ManagementAnswer.methodNotAllowed("POST");
    }
    if (path.size() == 4 && path.get(1).equals("budgets") && path.get(3).equals("override")) {
      return overrides.handle(request, path.get(0), path.get(2));
    }
    return EntityCollection.unknown(request);
  }

  private ManagementAnswer list(ManagementRequest request) {
    String search = request.query().getOrDefault("search", "").toLowerCase(Locale.ROOT);
    String team = request.query().getOrDefault("team_id", "");
    String customer = request.query().getOrDefault("customer_id", "");
    return collection.list(
        request,
        FILTERS,
        key ->
            (search.isEmpty() || key.name().toLowerCase(Locale.ROOT).contains(search))
                && isOf(team, key.teamId())
                && isOf(customer, key.customerId()));
  }

  private static boolean isOf(String wanted, Optional<String> owner) {
    return wanted.isEmpty() || owner.filter(wanted::equals).isPresent();
  }

  private ManagementAnswer create(ManagementRequest request) {
    Map<String, Object> sent = new LinkedHashMap<>(request.body());
    if (sent.get(VALUE) != null) {
      return collection.create(request, sent, Map.of());
    }
    String secret = secret();
    sent.put(VALUE, secret);
    return collection.create(request, sent, Map.of(VALUE, secret));
  }

  private ManagementAnswer rotate(ManagementRequest request, String id) {
    String secret = secret();
    return collection.edit(
        request,
        id,
        before -> {
          Map<String, Object> next = new LinkedHashMap<>(before);
          next.put(VALUE, secret);
          return next;
        },
        "rotate",
        List.of(VALUE),
        Map.of(VALUE, secret));
  }

  private String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return "sk-bf-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
