package bifrost.api.model;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A request for embeddings in the neutral form.
 *
 * @param model the model's name as the provider knows it
 * @param inputs the texts, at least one
 * @param dimensions the wanted length of each vector
 * @param extra fields without a place here, by their name in the inbound format
 */
public record EmbeddingRequest(
    String model, List<String> inputs, OptionalInt dimensions, Map<String, Json> extra) {

  /** Copies the collections; refuses {@code null} and no input. */
  public EmbeddingRequest {
    Objects.requireNonNull(model, "model is null");
    inputs = List.copyOf(inputs);
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("inputs is empty, give at least one");
    }
    Objects.requireNonNull(dimensions, "dimensions is null");
    extra = Map.copyOf(extra);
  }
}
