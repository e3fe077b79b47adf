package bifrost.api.model;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A chat request in the neutral form that lies between two wire formats.
 *
 * <p>Inbound formats make it, providers that cannot take the inbound format read it. Fields that no
 * constructor parameter has a place for are kept in {@code extra}, so that they survive wherever
 * the target has one.
 *
 * @param model the model's name as the provider knows it
 * @param messages the conversation, oldest first; never empty
 * @param tools the tools that the model may call
 * @param toolChoice which of them it must call
 * @param sampling how it samples
 * @param responseFormat the wanted form of the answer: the JSON of OpenAI's {@code response_format}
 * @param stream whether the answer is wanted in events
 * @param extra fields without a place here, by their name in the inbound format
 */
public record ChatRequest(
    String model,
    List<Message> messages,
    List<Tool> tools,
    Optional<ToolChoice> toolChoice,
    Sampling sampling,
    Optional<Json> responseFormat,
    boolean stream,
    Map<String, Json> extra) {

  /** Copies the collections; refuses {@code null} and an empty conversation. */
  public ChatRequest {
    Objects.requireNonNull(model, "model is null");
    messages = List.copyOf(messages);
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("messages is empty, give at least one");
    }
    tools = List.copyOf(tools);
    Objects.requireNonNull(toolChoice, "toolChoice is null");
    Objects.requireNonNull(sampling, "sampling is null");
    Objects.requireNonNull(responseFormat, "responseFormat is null");
    extra = Map.copyOf(extra);
  }

  /** Who speaks in a message. */
  public enum Role {
    /** Instructions of the operator; OpenAI's {@code system} and {@code developer}. */
    SYSTEM,
    /** The person or program that asks. */
    USER,
    /** The model. */
    ASSISTANT,
    /** The result of a tool call. */
    TOOL
  }

  /**
   * One message of the conversation.
   *
   * @param role who speaks
   * @param parts what is said; may be empty where the message only calls tools
   * @param name the speaker's name, where given
   * @param toolCalls calls that the assistant made
   * @param toolCallId the call that a message of role {@code TOOL} answers
   * @param extra fields without a place here
   */
  public record Message(
      Role role,
      List<Part> parts,
      Optional<String> name,
      List<ToolCall> toolCalls,
      Optional<String> toolCallId,
      Map<String, Json> extra) {

    /** Copies the collections; refuses {@code null}. */
    public Message {
      Objects.requireNonNull(role, "role is null");
      parts = List.copyOf(parts);
      Objects.requireNonNull(name, "name is null");
      toolCalls = List.copyOf(toolCalls);
      Objects.requireNonNull(toolCallId, "toolCallId is null");
      extra = Map.copyOf(extra);
    }

    /** A message of plain text. */
    public static Message text(Role role, String text) {
      return new Message(
          role,
          List.of(new Part.Text(text)),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Map.of());
    }

    /** All text parts in order, joined without a separator. */
    public String joinedText() {
      StringBuilder all = new StringBuilder();
      for (Part part : parts) {
        if (part instanceof Part.Text(String text)) {
          all.append(text);
        }
      }
      return all.toString();
    }
  }

  /** A piece of a message's content. */
  public sealed interface Part {
    /**
     * Text.
     *
     * @param text what is said
     */
    record Text(String text) implements Part {}

    /**
     * An image.
     *
     * @param url an {@code https:} or a {@code data:} URL
     * @param detail the wanted resolution, where given
     */
    record Image(String url, Optional<String> detail) implements Part {}

    /**
     * Audio.
     *
     * @param base64 the data
     * @param format its container, for example {@code wav}
     */
    record Audio(String base64, String format) implements Part {}

    /**
     * A part of a kind that has no type here.
     *
     * @param json the part as the inbound format has it
     */
    record Other(Json json) implements Part {}
  }

  /**
   * A tool that the model may call.
   *
   * @param name its name
   * @param description what it does; may be empty
   * @param parameters the JSON schema of its arguments, where given
   * @param extra fields without a place here
   */
  public record Tool(
      String name, String description, Optional<Json> parameters, Map<String, Json> extra) {}

  /**
   * A call of a tool that a model made.
   *
   * @param id the call's id, which its result names
   * @param name the tool
   * @param arguments the arguments as the model wrote them: meant to be JSON, not always so
   */
  public record ToolCall(String id, String name, String arguments) {}

  /** Which tool the model must call. */
  public sealed interface ToolChoice {
    /** The model decides. */
    record Auto() implements ToolChoice {}

    /** No tool. */
    record None() implements ToolChoice {}

    /** Any tool, but one. */
    record Required() implements ToolChoice {}

    /**
     * This tool.
     *
     * @param name the tool's name
     */
    record Named(String name) implements ToolChoice {}
  }

  /**
   * How the model samples; what is absent is the upstream's own default.
   *
   * @param temperature randomness
   * @param topP nucleus
   * @param maxOutputTokens the limit of the answer
   * @param n how many answers
   * @param seed for repeatable answers
   * @param presencePenalty against repeating topics
   * @param frequencyPenalty against repeating words
   * @param stop texts that end the answer
   */
  public record Sampling(
      OptionalDouble temperature,
      OptionalDouble topP,
      OptionalInt maxOutputTokens,
      OptionalInt n,
      OptionalLong seed,
      OptionalDouble presencePenalty,
      OptionalDouble frequencyPenalty,
      List<String> stop) {

    /** Everything as the upstream likes. */
    public static final Sampling DEFAULT =
        new Sampling(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            List.of());

    /** Copies the stop texts. */
    public Sampling {
      stop = List.copyOf(stop);
    }
  }
}
