package bifrost.api.provider;

import bifrost.api.model.ChatRequest;
import bifrost.api.model.EmbeddingRequest;
import bifrost.api.model.WireFormat;
import java.util.Objects;

/**
 * What to send upstream. Which variant a provider gets follows from its {@link ProviderDescriptor}:
 * raw when it takes the inbound format, typed otherwise.
 */
public sealed interface Payload {
  /**
   * A body in the provider's own wire format, to be sent as it is: the model's name is already the
   * target's, fields that only the gateway understands are gone, and a streamed call already asks
   * for usage where the vendor understands that.
   *
   * @param format the body's format
   * @param contentType its media type, with parameters
   * @param body its bytes
   */
  record Raw(WireFormat format, String contentType, Body body) implements Payload {
    /** Refuses {@code null}. */
    public Raw {
      Objects.requireNonNull(format, "format is null");
      Objects.requireNonNull(contentType, "contentType is null");
      Objects.requireNonNull(body, "body is null");
    }
  }

  /**
   * A chat in the neutral form.
   *
   * @param request the chat; its model is the target's
   */
  record Chat(ChatRequest request) implements Payload {}

  /**
   * An embedding in the neutral form.
   *
   * @param request the texts; its model is the target's
   */
  record Embedding(EmbeddingRequest request) implements Payload {}

  /** Nothing: the operation has no body, as {@code LIST_MODELS}. */
  record None() implements Payload {}
}
