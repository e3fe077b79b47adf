package bifrost.governance.admission;

import bifrost.api.snapshot.ModelConfig;
import bifrost.api.snapshot.Snapshot;
import bifrost.governance.limit.Holder;
import bifrost.governance.limit.MeterCache;
import bifrost.governance.limit.Meters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The limits on models, by the model's name; immutable. */
final class ModelLimits {
  static final ModelLimits NONE = new ModelLimits(Map.of());

  private final Map<String, List<ModelConfig>> byModel;

  private ModelLimits(Map<String, List<ModelConfig>> byModel) {
    this.byModel = byModel;
  }

  static ModelLimits of(Snapshot snapshot) {
    Map<String, List<ModelConfig>> byModel = new HashMap<>();
    for (ModelConfig config : snapshot.all(ModelConfig.class)) {
      if (config.limits().any()) {
        byModel.computeIfAbsent(config.model(), model -> new ArrayList<>()).add(config);
      }
    }
    return byModel.isEmpty() ? NONE : new ModelLimits(byModel);
  }

  /** The limits that do not depend on the provider. */
  Meters everywhere(String model, String keyId, MeterCache owners) {
    return byModel.isEmpty() ? Meters.NONE : find(model, null, keyId, owners);
  }

  /** The limits at one provider only. */
  Meters at(String provider, String model, String keyId, MeterCache owners) {
    return byModel.isEmpty() ? Meters.NONE : find(model, provider, keyId, owners);
  }

  private Meters find(String model, String provider, String keyId, MeterCache owners) {
    Meters own = find(byModel.get(model), provider, keyId, owners);
    return "*".equals(model) ? own : own.and(find(byModel.get("*"), provider, keyId, owners));
  }

  private static Meters find(
      List<ModelConfig> configs, String provider, String keyId, MeterCache owners) {
    Meters meters = Meters.NONE;
    if (configs == null) {
      return meters;
    }
    for (ModelConfig config : configs) {
      boolean fits =
          (provider == null
                  ? config.provider().isEmpty()
                  : config.provider().isPresent() && config.provider().get().equals(provider))
              && (config.virtualKeyId().isEmpty() || config.virtualKeyId().get().equals(keyId));
      if (fits) {
        meters = meters.and(owners.of("model/" + config.id(), config.limits(), Holder.of(config)));
      }
    }
    return meters;
  }
}
