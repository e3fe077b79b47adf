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

/** {@code /api/governance/rate-limits}: the rate limits of all owners, and why one would refuse. */
@Component(service = ManagementResource.class)
public final class RateLimitsResource implements ManagementResource {
  private final LimitList list;

  /** Wires the resource. */
  @Activate
  public RateLimitsResource(
      @Reference(name = "edits") Edits edits, @Reference(name = "usage") LimitUsage usage) {
    this.list =
        new LimitList(
            "rate_limit",
            "rate_limits",
            false,
            edits,
            usage,
            (member, owner, limits) ->
                limits.rateLimits().stream()
                    .map(each -> LimitRow.of(member, owner, limits.calendarAligned(), each))
                    .toList(),
            LimitInspector::rateLimit);
  }

  @Override
  public String prefix() {
    return "/api/governance/rate-limits";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    return list.handle(request);
  }
}
