package bifrost.providers.echo;

import bifrost.api.model.Answer;
import bifrost.api.model.EmbeddingRequest;
import bifrost.api.model.Usage;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.ResponseSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Vectors that depend on the text alone: unit length, the same on every node. */
final class EchoEmbedding {
  private static final int DEFAULT_DIMENSIONS = 8;
  private static final int MAX_DIMENSIONS = 4096;

  private EchoEmbedding() {}

  static Outcome answer(
      ProviderCall call, EchoModel model, EmbeddingRequest request, ResponseSink sink)
      throws InterruptedException {
    int dimensions = request.dimensions().orElse(DEFAULT_DIMENSIONS);
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      return EchoRun.invalid("dimensions is " + dimensions + ", use 1 to " + MAX_DIMENSIONS);
    }
    Optional<Outcome> early = EchoRun.beforeAnswer(call, model);
    if (early.isPresent()) {
      return early.get();
    }
    List<float[]> vectors = new ArrayList<>(request.inputs().size());
    long tokens = 0;
    for (String input : request.inputs()) {
      vectors.add(vector(input, dimensions));
      tokens += Words.count(input);
    }
    sink.usage(Usage.ofTokens(tokens, 0));
    sink.answer(new Answer.Embeddings(request.model(), vectors));
    return Outcome.COMPLETED;
  }

  static float[] vector(String text, int dimensions) {
    long seed = 1125899906842597L;
    for (int i = 0; i < text.length(); i++) {
      seed = 31 * seed + text.charAt(i);
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = random.doubles(dimensions, -1, 1).toArray();
    double square = 0;
    for (double value : values) {
      square += value * value;
    }
    double length = Math.max(Math.sqrt(square), 1e-9);
    float[] vector = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      vector[i] = (float) (values[i] / length);
    }
    return vector;
  }
}
