package bifrost.api.snapshot;

import java.util.Objects;
import java.util.Optional;

/**
 * Limits on a model.
 *
 * @param id its id
 * @param model the model's name, or {@code *}
 * @param provider only at this provider, where given
 * @param virtualKeyId only for this virtual key, where given
 * @param limits the limits
 */
public record ModelConfig(
    String id,
    String model,
    Optional<String> provider,
    Optional<String> virtualKeyId,
    Limits limits)
    implements Entity {
  /** Refuses {@code null}. */
  public ModelConfig {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(model, "model is null");
    Objects.requireNonNull(provider, "provider is null");
    Objects.requireNonNull(virtualKeyId, "virtualKeyId is null");
    Objects.requireNonNull(limits, "limits is null");
  }

  @Override
  public EntityType type() {
    return EntityType.MODEL_CONFIG;
  }
}
