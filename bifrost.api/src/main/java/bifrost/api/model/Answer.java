package bifrost.api.model;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A whole answer in the neutral form, for calls that are not streamed.
 *
 * <p>Providers without pass-through write exactly one to their sink; the core turns it into the
 * inbound format.
 */
public sealed interface Answer {
  /**
   * The answer to a {@link ChatRequest}.
   *
   * @param id the upstream's id of the answer
   * @param model the model that answered
   * @param createdSeconds when, in seconds since the epoch
   * @param choices the n answers in order
   * @param extra fields without a place here
   */
  record Chat(
      String id, String model, long createdSeconds, List<Choice> choices, Map<String, Json> extra)
      implements Answer {
    /** Copies the collections; refuses {@code null}. */
    public Chat {
      Objects.requireNonNull(id, "id is null");
      Objects.requireNonNull(model, "model is null");
      choices = List.copyOf(choices);
      extra = Map.copyOf(extra);
    }
  }

  /**
   * One of the n answers of a chat.
   *
   * @param text the answer's text; absent where the model only called tools
   * @param reasoning the model's visible reasoning
   * @param toolCalls the tools it calls
   * @param reason why it stopped
   */
  record Choice(
      Optional<String> text,
      Optional<String> reasoning,
      List<ChatRequest.ToolCall> toolCalls,
      FinishReason reason) {
    /** Copies the calls. */
    public Choice {
      toolCalls = List.copyOf(toolCalls);
    }
  }

  /**
   * The answer to an {@link EmbeddingRequest}.
   *
   * @param model the model that answered
   * @param vectors one for each input, in order; the arrays belong to the receiver
   */
  record Embeddings(String model, List<float[]> vectors) implements Answer {
    /** Copies the list. */
    public Embeddings {
      vectors = List.copyOf(vectors);
    }
  }

  /**
   * The answer to {@link Operation#LIST_MODELS}.
   *
   * @param models the models that the key may use
   */
  record Models(List<Model> models) implements Answer {
    /** Copies the list. */
    public Models {
      models = List.copyOf(models);
    }
  }

  /**
   * One model of a list.
   *
   * @param id its name as the provider knows it
   * @param ownedBy whose it is; empty where unknown
   * @param createdSeconds since when, in seconds since the epoch; 0 where unknown
   */
  record Model(String id, String ownedBy, long createdSeconds) {}
}
