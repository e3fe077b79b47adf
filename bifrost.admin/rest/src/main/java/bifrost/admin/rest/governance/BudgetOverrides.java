package bifrost.admin.rest.governance;

import bifrost.admin.rest.entity.EntityCollection;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.model.InvalidConfigException;
import bifrost.api.snapshot.VirtualKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code .../virtual-keys/{id}/budgets/{budget}/override}: adds to a budget for some windows from
 * now on, or until it is removed.
 */
final class BudgetOverrides {
  private static final Set<String> FIELDS =
      Set.of("override_amount", "override_mode", "override_cycles_total");
  private static final String ANCHOR = "override_anchor_reset";

  private final EntityCollection<VirtualKey> keys;
  private final InstantSource clock;

  BudgetOverrides(EntityCollection<VirtualKey> keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  ManagementAnswer handle(ManagementRequest request, String key, String budget) {
    return switch (request.method()) {
      case "PUT" -> set(request, key, budget);
      case "DELETE" ->
          keys.edit(
              request,
              key,
              before -> edited(before, budget, Map.of()),
              "remove_override",
              List.of("budgets"),
              Map.of());
      default -> ManagementAnswer.methodNotAllowed("PUT, DELETE");
    };
  }

  private ManagementAnswer set(ManagementRequest request, String key, String budget) {
    Map<String, Object> override = new LinkedHashMap<>(request.body());
    for (String name : override.keySet()) {
      if (!FIELDS.contains(name)) {
        throw new InvalidConfigException(
            name,
            "unknown field, there are override_amount, override_mode and override_cycles_total");
      }
    }
    if (override.get("override_amount") == null) {
      throw new InvalidConfigException("override_amount", "is missing");
    }
    override.put(ANCHOR, clock.instant().toString());
    return keys.edit(
        request,
        key,
        before -> edited(before, budget, override),
        "override",
        List.of("budgets"),
        Map.of());
  }

  /** The key with another override of the budget, which may be of a provider configuration. */
  private static Map<String, Object> edited(
      Map<String, Object> key, String budget, Map<String, Object> override) {
    boolean[] found = {false};
    Map<String, Object> next = owner(key, budget, override, found);
    if (next.get("provider_configs") instanceof List<?> grants) {
      List<Object> edited = new ArrayList<>();
      for (Object grant : grants) {
        edited.add(owner(object(grant), budget, override, found));
      }
      next.put("provider_configs", edited);
    }
    if (!found[0]) {
      throw new InvalidConfigException("", "the virtual key has no budget '" + budget + "'");
    }
    return next;
  }

  private static Map<String, Object> owner(
      Map<String, Object> owner, String budget, Map<String, Object> override, boolean[] found) {
    Map<String, Object> next = new LinkedHashMap<>(owner);
    if (owner.get("budgets") instanceof List<?> budgets) {
      List<Object> edited = new ArrayList<>();
      for (Object element : budgets) {
        Map<String, Object> each = new LinkedHashMap<>(object(element));
        if (budget.equals(each.get("id"))) {
          found[0] = true;
          FIELDS.forEach(each::remove);
          each.remove(ANCHOR);
          each.putAll(override);
        }
        edited.add(each);
      }
      next.put("budgets", edited);
    }
    return next;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }
}
