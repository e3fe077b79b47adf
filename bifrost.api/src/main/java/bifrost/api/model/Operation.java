package bifrost.api.model;

import java.util.Locale;

/**
 * What a caller asks a model to do.
 *
 * <p>New constants may be added in a minor version: a {@code switch} over operations needs a
 * default.
 */
public enum Operation {
  /** A chat completion: messages in, a message out. */
  CHAT_COMPLETION,
  /** A legacy text completion: a prompt in, text out. */
  TEXT_COMPLETION,
  /** The OpenAI Responses API: items in, items out. */
  RESPONSES,
  /** Text in, vectors out. */
  EMBEDDING,
  /** A prompt in, images out. */
  IMAGE_GENERATION,
  /** Text in, audio out. */
  SPEECH,
  /** Audio in (multipart), text out. */
  TRANSCRIPTION,
  /** A query and documents in, an order of the documents out. */
  RERANK,
  /** A chat request in, the number of its input tokens out. */
  COUNT_TOKENS,
  /** The models that a key may use; not metered. */
  LIST_MODELS;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The name in metrics, logs and error bodies, for example {@code chat_completion}. */
  public String label() {
    return label;
  }
}
