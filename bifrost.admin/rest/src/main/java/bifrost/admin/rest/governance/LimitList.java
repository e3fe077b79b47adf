package bifrost.admin.rest.governance;

import bifrost.admin.rest.entity.Edits;
import bifrost.admin.rest.entity.EntityCollection;
import bifrost.admin.rest.entity.LimitUsage;
import bifrost.admin.rest.entity.Page;
import bifrost.admin.rest.entity.Queries;
import bifrost.api.governance.LimitInspector;
import bifrost.api.governance.LimitState;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.model.Refusal;
import bifrost.api.snapshot.Limits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Limits of all owners: list, one of them, and why it would refuse. They change with their owner.
 */
final class LimitList {
  private final String singular;
  private final String plural;
  private final boolean money;
  private final Edits edits;
  private final LimitUsage usage;
  private final Rows rows;
  private final BiFunction<LimitInspector, String, Optional<LimitState>> inspect;

  /** The rows of an owner's limits. */
  interface Rows {
    List<LimitRow> of(String member, String owner, Limits limits);
  }

  LimitList(
      String singular,
      String plural,
      boolean money,
      Edits edits,
      LimitUsage usage,
      Rows rows,
      BiFunction<LimitInspector, String, Optional<LimitState>> inspect) {
    this.singular = singular;
    this.plural = plural;
    this.money = money;
    this.edits = edits;
    this.usage = usage;
    this.rows = rows;
    this.inspect = inspect;
  }

  ManagementAnswer handle(ManagementRequest request) {
    if (!request.method().equals("GET")) {
      return ManagementAnswer.methodNotAllowed("GET");
    }
    String below = request.below();
    if (below.isEmpty()) {
      return list(request);
    }
    Queries.require(request, Set.of());
    int slash = below.indexOf('/');
    String id = slash < 0 ? below : below.substring(0, slash);
    if (slash < 0) {
      return one(id);
    }
    return below.substring(slash).equals("/explain")
        ? explain(id)
        : EntityCollection.unknown(request);
  }

  private ManagementAnswer list(ManagementRequest request) {
    Queries.require(request, Page.PARAMETERS);
    Page page = Page.of(request);
    Page.Part<LimitRow> part = page.of(all(), LimitRow::id);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put(plural, part.elements().stream().map(LimitRow::fields).toList());
    page.describe(part, answer);
    return ManagementAnswer.ok(answer);
  }

  private ManagementAnswer one(String id) {
    return all().stream()
        .filter(row -> row.id().equals(id))
        .findFirst()
        .map(row -> ManagementAnswer.ok(Map.of(singular, row.fields())))
        .orElseGet(() -> absent(id));
  }

  private ManagementAnswer explain(String id) {
    Optional<LimitInspector> inspector = usage.inspector();
    if (inspector.isEmpty()) {
      return ManagementAnswer.refused(
          Refusal.of(503, "overloaded", "no governor is running that could tell"));
    }
    return inspect
        .apply(inspector.get(), id)
        .map(state -> ManagementAnswer.ok(LimitRow.explain(state, money, edits.clock().instant())))
        .orElseGet(() -> absent(id));
  }

  private List<LimitRow> all() {
    List<LimitRow> all = new ArrayList<>();
    LimitOwners.visit(
        edits.current(), (member, owner, limits) -> all.addAll(rows.of(member, owner, limits)));
    return all;
  }

  private ManagementAnswer absent(String id) {
    return ManagementAnswer.notFound("there is no %s '%s'".formatted(singular, id));
  }
}
