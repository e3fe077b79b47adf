package bifrost.runtime.pipeline;

import bifrost.api.governance.Admission;
import bifrost.api.governance.AdmissionRequest;
import bifrost.api.governance.Entitlement;
import bifrost.api.governance.Governor;
import bifrost.api.governance.Reservation;
import bifrost.api.governance.Settlement;
import bifrost.api.model.Answer;
import bifrost.api.model.Header;
import bifrost.api.model.Operation;
import bifrost.api.model.Refusal;
import bifrost.api.model.Secret;
import bifrost.api.provider.Cancellation.Reason;
import bifrost.api.provider.Deadline;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.runtime.lease.Lease;
import bifrost.runtime.provider.Adapter;
import bifrost.runtime.provider.ProviderRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The models that a caller may use, as {@code provider/model}: those that the keys list, and those
 * that the upstream of an unrestricted key names, asked at most once a minute.
 */
@Component(service = ModelList.class)
public final class ModelList {
  private static final Duration FRESH = Duration.ofMinutes(1);
  private static final Duration LONGEST_ASK = Duration.ofSeconds(5);
  private static final int MOST_MODELS = 10_000;

  private final SnapshotOwner snapshots;
  private final ProviderRegistry registry;
  private final Plugins plugins;
  private final ConcurrentMap<String, Asked> asked = new ConcurrentHashMap<>();

  private record Asked(long serviceId, String keyId, long atNanos, List<Answer.Model> models) {}

  /** What became of a listing. */
  public sealed interface Listing {
    /** The models, in the order of their ids. */
    record Models(Answer.Models models) implements Listing {}

    /** The caller may not see any. */
    record Refused(Refusal refusal) implements Listing {}
  }

  /** Wires the list. */
  @Activate
  public ModelList(
      @Reference(name = "snapshots") SnapshotOwner snapshots,
      @Reference(name = "registry") ProviderRegistry registry,
      @Reference(name = "plugins") Plugins plugins) {
    this.snapshots = snapshots;
    this.registry = registry;
    this.plugins = plugins;
  }

  /** The models that the caller with this credential may use. */
  public Listing list(String requestId, Optional<Secret> credential, List<Header> headers)
      throws InterruptedException {
    Snapshot snapshot = snapshots.current();
    Lease<Governor> governor = plugins.governor();
    Consumer<Reason> nobody = reason -> {};
    while (!governor.enter(nobody)) {
      governor = plugins.governor();
    }
    try {
      AdmissionRequest request =
          new AdmissionRequest(
              requestId,
              Operation.LIST_MODELS,
              credential,
              Optional.empty(),
              "",
              0,
              OptionalLong.empty(),
              1,
              headers);
      return switch (governor.service().admit(request, snapshot)) {
        case Admission.Refused(Refusal refusal) -> new Listing.Refused(refusal);
        case Admission.Granted(Reservation reservation) -> {
          try {
            yield new Listing.Models(models(snapshot, reservation.entitlement()));
          } finally {
            reservation.settle(new Settlement(Settlement.Exit.SUCCESS, 0));
          }
        }
      };
    } finally {
      governor.leave(nobody);
    }
  }

  private Answer.Models models(Snapshot snapshot, Entitlement entitlement)
      throws InterruptedException {
    Map<String, Answer.Model> all = new TreeMap<>();
    for (Map.Entry<String, Adapter> entry : registry.all().entrySet()) {
      if (snapshot.provider(entry.getKey()).isEmpty()
          && entry.getValue().vendor().isEmpty()
          && !entry.getValue().keyRequired()) {
        add(all, entry.getKey(), entry.getKey(), Optional.empty(), snapshot, entitlement);
      }
    }
    for (var provider : snapshot.providers()) {
      String adapter = provider.base().orElse(provider.id());
      List<ProviderKey> keys = snapshot.keys(provider.id());
      if (keys.isEmpty()) {
        add(all, provider.id(), adapter, Optional.empty(), snapshot, entitlement);
      }
      for (ProviderKey key : keys) {
        add(all, provider.id(), adapter, Optional.of(key), snapshot, entitlement);
      }
    }
    return new Answer.Models(all.values().stream().limit(MOST_MODELS).toList());
  }

  private void add(
      Map<String, Answer.Model> all,
      String provider,
      String adapterName,
      Optional<ProviderKey> key,
      Snapshot snapshot,
      Entitlement entitlement)
      throws InterruptedException {
    if (key.isPresent() && !entitlement.allowsKey(provider, key.get().id())) {
      return;
    }
    List<Answer.Model> models = new ArrayList<>();
    if (key.isPresent()) {
      key.get().aliases().keySet().forEach(name -> models.add(new Answer.Model(name, provider, 0)));
      for (String name : key.get().models().allowed()) {
        if (!name.equals("*") && !name.startsWith("regex:")) {
          models.add(new Answer.Model(name, provider, 0));
        }
      }
    }
    if (key.isEmpty() || models.size() < key.get().models().allowed().size()) {
      models.addAll(upstream(provider, adapterName, key, snapshot));
    }
    for (Answer.Model model : models) {
      boolean served = key.isEmpty() || key.get().models().allows(model.id());
      if (served && entitlement.allows(provider, model.id())) {
        String id = provider + "/" + model.id();
        all.putIfAbsent(id, new Answer.Model(id, provider, model.createdSeconds()));
      }
    }
  }

  private List<Answer.Model> upstream(
      String provider, String adapterName, Optional<ProviderKey> key, Snapshot snapshot)
      throws InterruptedException {
    Optional<Adapter> adapter = registry.find(adapterName);
    if (adapter.isEmpty() || !adapter.get().support(Operation.LIST_MODELS).any()) {
      return List.of();
    }
    String keyId = key.map(ProviderKey::id).orElse("");
    long serviceId = adapter.get().lease().serviceId();
    Asked before = asked.get(provider + "/" + keyId);
    long now = System.nanoTime();
    if (before != null && before.serviceId == serviceId && now - before.atNanos < FRESH.toNanos()) {
      return before.models;
    }
    List<Answer.Model> models =
        ModelQuestion.ask(
            adapter.get(), provider, key, snapshot, Deadline.in(LONGEST_ASK, System::nanoTime));
    asked.put(provider + "/" + keyId, new Asked(serviceId, keyId, now, models));
    return models;
  }
}
