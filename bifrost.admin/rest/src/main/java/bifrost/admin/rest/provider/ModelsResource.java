package bifrost.admin.rest.provider;

import bifrost.admin.rest.entity.EntityCollection;
import bifrost.admin.rest.entity.LimitUsage;
import bifrost.admin.rest.entity.Page;
import bifrost.admin.rest.entity.Queries;
import bifrost.api.governance.PriceList;
import bifrost.api.governance.PriceList.ModelCost;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotOwner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code GET /api/models}: the models of the configured providers, as far as somebody names them
 * (keys, aliases, price overrides, the price catalogue), with what they cost. No upstream is asked.
 */
@Component(service = ManagementResource.class)
public final class ModelsResource implements ManagementResource {
  private static final Set<String> FILTERS = Set.of("provider", "query");

  private final SnapshotOwner snapshots;
  private final PriceList prices;

  /** Wires the resource. */
  @Activate
  public ModelsResource(
      @Reference(name = "snapshots") SnapshotOwner snapshots,
      @Reference(name = "prices") PriceList prices) {
    this.snapshots = snapshots;
    this.prices = prices;
  }

  private record Named(String provider, String model) {
    String id() {
      return provider + "/" + model;
    }
  }

  @Override
  public String prefix() {
    return "/api/models";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    if (!request.below().isEmpty()) {
      return EntityCollection.unknown(request);
    }
    if (!request.method().equals("GET")) {
      return ManagementAnswer.methodNotAllowed("GET");
    }
    Set<String> known = new TreeSet<>(Page.PARAMETERS);
    known.addAll(FILTERS);
    Queries.require(request, known);
    Page page = Page.of(request);
    Page.Part<Named> part = page.of(matching(request.query()), Named::id);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("models", part.elements().stream().map(this::describe).toList());
    answer.put("price_edition", prices.edition());
    page.describe(part, answer);
    return ManagementAnswer.ok(answer);
  }

  private List<Named> matching(Map<String, String> query) {
    String provider = query.getOrDefault("provider", "");
    String wanted = query.getOrDefault("query", "").toLowerCase(Locale.ROOT);
    Snapshot snapshot = snapshots.current();
    List<Named> found = new ArrayList<>();
    for (ProviderConfig configured : snapshot.providers()) {
      if (provider.isEmpty() || configured.id().equals(provider)) {
        for (String model : names(snapshot, configured.id())) {
          if (model.toLowerCase(Locale.ROOT).contains(wanted)) {
            found.add(new Named(configured.id(), model));
          }
        }
      }
    }
    return found;
  }

  /** The names that the keys of a provider serve; all of the catalogue where a key takes any. */
  private Set<String> names(Snapshot snapshot, String provider) {
    Set<String> names = new TreeSet<>();
    Set<String> listed = prices.models(provider);
    for (ProviderKey key : snapshot.keys(provider)) {
      names.addAll(key.aliases().keySet());
      for (String allowed : key.models().allowed()) {
        if (!allowed.equals("*") && !allowed.startsWith("regex:")) {
          names.add(allowed);
        }
      }
      listed.stream().filter(key.models()::allows).forEach(names::add);
    }
    if (snapshot.keys(provider).isEmpty()) {
      names.addAll(listed);
    }
    return names;
  }

  private Map<String, Object> describe(Named named) {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("name", named.model());
    model.put("provider", named.provider());
    ModelCost cost = prices.price(named.provider(), named.model()).orElse(null);
    model.put("priced", cost != null);
    if (cost != null) {
      Map<String, Object> dollars = new TreeMap<>();
      cost.prices().forEach((unit, nanos) -> dollars.put(unit, LimitUsage.dollars(nanos)));
      model.put("usd_per_million", dollars);
      if (cost.contextTokens() > 0) {
        model.put("context_tokens", cost.contextTokens());
      }
      if (cost.maxOutputTokens() > 0) {
        model.put("max_output_tokens", cost.maxOutputTokens());
      }
    }
    return model;
  }
}
