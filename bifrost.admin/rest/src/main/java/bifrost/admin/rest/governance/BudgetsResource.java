package bifrost.admin.rest.governance;

import bifrost.admin.rest.entity.Edits;
import bifrost.admin.rest.entity.LimitUsage;
import bifrost.api.governance.LimitInspector;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /api/governance/budgets}: the budgets of all owners, and why one would refuse. */
@Component(service = ManagementResource.class)
public final class BudgetsResource implements ManagementResource {
  private final LimitList list;

  /** Wires the resource. */
  @Activate
  public BudgetsResource(
      @Reference(name = "edits") Edits edits, @Reference(name = "usage") LimitUsage usage) {
    this.list =
        new LimitList(
            "budget",
            "budgets",
            true,
            edits,
            usage,
            (member, owner, limits) ->
                limits.budgets().stream()
                    .map(each -> LimitRow.of(member, owner, limits.calendarAligned(), each))
                    .toList(),
            LimitInspector::budget);
  }

  @Override
  public String prefix() {
    return "/api/governance/budgets";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    return list.handle(request);
  }
}
