package bifrost.api.model;

/**
 * A family of request and response bodies.
 *
 * <p>When the format in which a call came in is one that its provider accepts as it is, the body
 * passes through byte for byte but for the model's name. New constants may be added in a minor
 * version.
 */
public enum WireFormat {
  /** OpenAI's API and all that copy it. */
  OPENAI,
  /** Anthropic's Messages API. */
  ANTHROPIC,
  /** Google's {@code generateContent} API. */
  GEMINI,
  /** Amazon Bedrock's Converse API. */
  BEDROCK,
  /** Cohere's v2 API. */
  COHERE
}
