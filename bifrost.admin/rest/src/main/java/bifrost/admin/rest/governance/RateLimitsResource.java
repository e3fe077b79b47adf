package bifrost.admin.rest.governance;

import bifrost.admin.rest.entity.Edits;
import bifrost.api.governance.LimitInspector;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code /api/governance/rate-limits}: the rate limits of all owners, and why one would refuse. */
@Component(service = ManagementResource.class)
public final class RateLimitsResource implements ManagementResource {
  private final LimitList list;
  private volatile LimitInspector inspector;

  /** Wires the resource. */
  @Activate
  public RateLimitsResource(@Reference(name = "edits") Edits edits) {
    this.list =
        new LimitList(
            "rate_limit",
            "rate_limits",
            false,
            edits,
            (member, owner, limits) ->
                limits.rateLimits().stream()
                    .map(each -> LimitRow.of(member, owner, limits.calendarAligned(), each))
                    .toList(),
            LimitInspector::rateLimit);
  }

  /** Takes the governor's inspector. */
  @Reference(
      name = "inspector",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  public void bindInspector(LimitInspector bound) {
    inspector = bound;
  }

  /** Lets it go. */
  public void unbindInspector(LimitInspector gone) {
    if (inspector == gone) {
      inspector = null;
    }
  }

  @Override
  public String prefix() {
    return "/api/governance/rate-limits";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    return list.handle(request, inspector);
  }
}
