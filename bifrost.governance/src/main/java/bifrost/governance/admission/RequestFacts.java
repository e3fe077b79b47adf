package bifrost.governance.admission;

import bifrost.api.governance.AdmissionRequest;
import bifrost.api.model.Header;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.VirtualKey;
import bifrost.governance.limit.Meter;
import bifrost.governance.limit.MeterCache;
import bifrost.governance.limit.Meters;
import bifrost.governance.routing.Facts;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The facts of one request.
 *
 * <p>Percentages are those of the fullest limit among the request's own and, where the caller named
 * a provider, those of that provider.
 */
final class RequestFacts implements Facts {
  private final AdmissionRequest request;
  private final Map<String, String> params;
  private final KeyPlan plan;
  private final Meters meters;
  private final long now;

  RequestFacts(
      AdmissionRequest request,
      Map<String, String> params,
      Snapshot snapshot,
      KeyPlan plan,
      Meters own,
      long now,
      MeterCache owners) {
    this.request = request;
    this.params = params;
    this.plan = plan;
    this.now = now;
    this.meters =
        request
            .provider()
            .map(
                provider ->
                    own.and(KeyEntitlement.providerMeters(snapshot, provider, owners))
                        .and(
                            plan.grant(provider, request.model())
                                .map(KeyPlan.GrantMeters::meters)
                                .orElse(Meters.NONE)))
            .orElse(own);
  }

  @Override
  public String model() {
    return request.model();
  }

  @Override
  public String provider() {
    return request.provider().orElse("");
  }

  @Override
  public String requestType() {
    return request.operation().label();
  }

  @Override
  public Map<String, String> headers() {
    Map<String, String> headers = new HashMap<>();
    for (Header header : request.headers()) {
      headers.putIfAbsent(header.name().toLowerCase(Locale.ROOT), header.value());
    }
    return headers;
  }

  @Override
  public Map<String, String> params() {
    return params;
  }

  @Override
  public String virtualKeyId() {
    return plan.keyId();
  }

  @Override
  public String virtualKeyName() {
    return plan.key().map(VirtualKey::name).orElse("");
  }

  @Override
  public String teamId() {
    return plan.team().map(Team::id).orElse("");
  }

  @Override
  public String teamName() {
    return plan.team().map(Team::name).orElse("");
  }

  @Override
  public String customerId() {
    return plan.customer().map(Customer::id).orElse("");
  }

  @Override
  public String customerName() {
    return plan.customer().map(Customer::name).orElse("");
  }

  @Override
  public double budgetUsed() {
    return fullest(meters.budgets());
  }

  @Override
  public double tokensUsed() {
    return fullest(meters.tokens());
  }

  @Override
  public double requestsUsed() {
    return fullest(meters.requests());
  }

  private double fullest(List<? extends Meter> limits) {
    double fullest = 0;
    for (Meter meter : limits) {
      Meter.Reading reading = meter.at(now);
      double used = reading.counter().total();
      fullest = Math.max(fullest, reading.limit() == 0 ? 100 : used * 100 / reading.limit());
    }
    return fullest;
  }
}
