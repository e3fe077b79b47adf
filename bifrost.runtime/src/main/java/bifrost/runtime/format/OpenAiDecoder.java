package bifrost.runtime.format;

import bifrost.api.model.ChatRequest;
import bifrost.api.model.ChatRequest.Message;
import bifrost.api.model.ChatRequest.Part;
import bifrost.api.model.ChatRequest.Role;
import bifrost.api.model.ChatRequest.Sampling;
import bifrost.api.model.ChatRequest.Tool;
import bifrost.api.model.ChatRequest.ToolCall;
import bifrost.api.model.ChatRequest.ToolChoice;
import bifrost.api.model.EmbeddingRequest;
import bifrost.api.model.Json;
import bifrost.api.provider.Payload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Turns OpenAI bodies into the neutral form; what has no place there is kept as it is. */
final class OpenAiDecoder {
  private static final Set<String> CHAT_FIELDS =
      Set.of(
          "model",
          "messages",
          "tools",
          "tool_choice",
          "temperature",
          "top_p",
          "max_tokens",
          "max_completion_tokens",
          "n",
          "seed",
          "presence_penalty",
          "frequency_penalty",
          "stop",
          "response_format",
          "stream",
          "stream_options",
          "fallbacks");
  private static final Set<String> MESSAGE_FIELDS =
      Set.of("role", "content", "name", "tool_calls", "tool_call_id");
  private static final Set<String> EMBEDDING_FIELDS =
      Set.of("model", "input", "dimensions", "fallbacks");

  private final ObjectMapper mapper;

  OpenAiDecoder(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /** A field that is not what it should be. */
  static final class FieldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String field;

    FieldException(String field, String problem) {
      super("'" + field + "' " + problem, null, false, false);
      this.field = field;
    }

    String field() {
      return field;
    }
  }

  Payload chat(byte[] body, String model, boolean stream, OptionalLong clamp) {
    JsonNode root = mapper.readTree(body);
    JsonNode messages = root.path("messages");
    if (!messages.isArray() || messages.isEmpty()) {
      throw new FieldException("messages", "is not an array of at least one message");
    }
    List<Message> conversation = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      conversation.add(message(messages.get(i), "messages[" + i + "]"));
    }
    return new Payload.Chat(
        new ChatRequest(
            model,
            conversation,
            tools(root.path("tools")),
            toolChoice(root.path("tool_choice")),
            sampling(root, clamp),
            json(root.path("response_format")),
            stream,
            rest(root, CHAT_FIELDS)));
  }

  Payload embedding(byte[] body, String model) {
    JsonNode root = mapper.readTree(body);
    JsonNode input = root.path("input");
    List<String> texts = new ArrayList<>();
    if (input.isString()) {
      texts.add(input.stringValue());
    } else if (input.isArray()) {
      for (int i = 0; i < input.size(); i++) {
        if (!input.get(i).isString()) {
          throw new FieldException(
              "input[" + i + "]", "is not a text; this provider takes no token arrays");
        }
        texts.add(input.get(i).stringValue());
      }
    }
    if (texts.isEmpty()) {
      throw new FieldException("input", "is not a text or an array of at least one text");
    }
    return new Payload.Embedding(
        new EmbeddingRequest(
            model, texts, integer(root, "dimensions"), rest(root, EMBEDDING_FIELDS)));
  }

  /** Whether an embedding is wanted in base64 rather than as numbers. */
  boolean wantsBase64(byte[] body) {
    return mapper.readTree(body).path("encoding_format").stringValue("").equals("base64");
  }

  private Message message(JsonNode node, String path) {
    if (!node.isObject()) {
      throw new FieldException(path, "is not an object");
    }
    Role role =
        switch (node.path("role").stringValue("")) {
          case "system", "developer" -> Role.SYSTEM;
          case "user" -> Role.USER;
          case "assistant" -> Role.ASSISTANT;
          case "tool", "function" -> Role.TOOL;
          default ->
              throw new FieldException(
                  path + ".role", "is none of system, developer, user, assistant, tool");
        };
    List<ToolCall> calls = new ArrayList<>();
    for (JsonNode call : node.path("tool_calls")) {
      JsonNode function = call.path("function");
      calls.add(
          new ToolCall(
              call.path("id").stringValue(""),
              function.path("name").stringValue(""),
              function.path("arguments").stringValue("")));
    }
    return new Message(
        role,
        parts(node.path("content"), path + ".content"),
        text(node.path("name")),
        calls,
        text(node.path("tool_call_id")),
        rest(node, MESSAGE_FIELDS));
  }

  private List<Part> parts(JsonNode content, String path) {
    if (content.isMissingNode() || content.isNull()) {
      return List.of();
    }
    if (content.isString()) {
      return List.of(new Part.Text(content.stringValue()));
    }
    if (!content.isArray()) {
      throw new FieldException(path, "is neither a text nor an array of parts");
    }
    List<Part> parts = new ArrayList<>(content.size());
    for (JsonNode part : content) {
      parts.add(part(part));
    }
    return parts;
  }

  private static Part part(JsonNode part) {
    JsonNode image = part.path("image_url");
    JsonNode audio = part.path("input_audio");
    return switch (part.path("type").stringValue("")) {
      case "text" -> new Part.Text(part.path("text").stringValue(""));
      case "image_url" ->
          new Part.Image(image.path("url").stringValue(""), text(image.path("detail")));
      case "input_audio" ->
          new Part.Audio(audio.path("data").stringValue(""), audio.path("format").stringValue(""));
      default -> new Part.Other(new Json(part.toString()));
    };
  }

  private static List<Tool> tools(JsonNode tools) {
    List<Tool> list = new ArrayList<>();
    for (JsonNode tool : tools) {
      JsonNode function = tool.path("function");
      list.add(
          new Tool(
              function.path("name").stringValue(""),
              function.path("description").stringValue(""),
              json(function.path("parameters")),
              rest(function, Set.of("name", "description", "parameters"))));
    }
    return list;
  }

  private static Optional<ToolChoice> toolChoice(JsonNode choice) {
    if (choice.isObject()) {
      return Optional.of(
          new ToolChoice.Named(choice.path("function").path("name").stringValue("")));
    }
    return switch (choice.stringValue("")) {
      case "auto" -> Optional.of(new ToolChoice.Auto());
      case "none" -> Optional.of(new ToolChoice.None());
      case "required" -> Optional.of(new ToolChoice.Required());
      default -> Optional.empty();
    };
  }

  private static Sampling sampling(JsonNode root, OptionalLong clamp) {
    OptionalInt limit = integer(root, "max_completion_tokens");
    limit = limit.isPresent() ? limit : integer(root, "max_tokens");
    if (clamp.isPresent()) {
      limit = OptionalInt.of((int) Math.min(clamp.getAsLong(), limit.orElse(Integer.MAX_VALUE)));
    }
    List<String> stop = new ArrayList<>();
    JsonNode stops = root.path("stop");
    if (stops.isString()) {
      stop.add(stops.stringValue());
    } else {
      stops.forEach(text -> stop.add(text.stringValue("")));
    }
    JsonNode seed = root.path("seed");
    return new Sampling(
        number(root, "temperature"),
        number(root, "top_p"),
        limit,
        integer(root, "n"),
        seed.canConvertToLong() ? OptionalLong.of(seed.longValue()) : OptionalLong.empty(),
        number(root, "presence_penalty"),
        number(root, "frequency_penalty"),
        stop);
  }

  private static OptionalDouble number(JsonNode root, String field) {
    JsonNode node = root.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return OptionalDouble.empty();
    }
    if (!node.isNumber()) {
      throw new FieldException(field, "is not a number");
    }
    return OptionalDouble.of(node.doubleValue());
  }

  private static OptionalInt integer(JsonNode root, String field) {
    JsonNode node = root.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return OptionalInt.empty();
    }
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 1) {
      throw new FieldException(field, "is not a whole number of 1 or more");
    }
    return OptionalInt.of(node.intValue());
  }

  private static Optional<String> text(JsonNode node) {
    return node.isString() ? Optional.of(node.stringValue()) : Optional.empty();
  }

  private static Optional<Json> json(JsonNode node) {
    return node.isMissingNode() || node.isNull()
        ? Optional.empty()
        : Optional.of(new Json(node.toString()));
  }

  private static Map<String, Json> rest(JsonNode object, Set<String> known) {
    Map<String, Json> rest = new HashMap<>();
    object
        .properties()
        .forEach(
            entry -> {
              if (!known.contains(entry.getKey())) {
                rest.put(entry.getKey(), new Json(entry.getValue().toString()));
              }
            });
    return rest;
  }
}
