package bifrost.runtime.format;

import bifrost.api.model.Answer;
import bifrost.api.model.FinishReason;
import bifrost.api.model.Usage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Locale;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** Turns neutral answers into OpenAI bodies. */
final class OpenAiEncoder {
  private final ObjectMapper mapper;

  OpenAiEncoder(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  byte[] answer(Answer answer, Usage usage, boolean base64) {
    return switch (answer) {
      case Answer.Chat chat -> mapper.writeValueAsBytes(chat(chat, usage));
      case Answer.Embeddings embeddings ->
          mapper.writeValueAsBytes(embeddings(embeddings, usage, base64));
      case Answer.Models models -> models(models);
    };
  }

  private ObjectNode chat(Answer.Chat chat, Usage usage) {
    ObjectNode root = mapper.createObjectNode();
    root.put("id", chat.id());
    root.put("object", "chat.completion");
    root.put("created", chat.createdSeconds());
    root.put("model", chat.model());
    ArrayNode choices = root.putArray("choices");
    for (int i = 0; i < chat.choices().size(); i++) {
      choice(choices.addObject(), i, chat.choices().get(i));
    }
    chat.extra().forEach((name, json) -> root.putRawValue(name, new RawValue(json.text())));
    usage(root.putObject("usage"), usage);
    return root;
  }

  private static void choice(ObjectNode node, int index, Answer.Choice choice) {
    node.put("index", index);
    ObjectNode message = node.putObject("message");
    message.put("role", "assistant");
    choice
        .text()
        .ifPresentOrElse(text -> message.put("content", text), () -> message.putNull("content"));
    choice.reasoning().ifPresent(text -> message.put("reasoning_content", text));
    if (!choice.toolCalls().isEmpty()) {
      ArrayNode calls = message.putArray("tool_calls");
      choice
          .toolCalls()
          .forEach(
              call -> {
                ObjectNode entry = calls.addObject();
                entry.put("id", call.id());
                entry.put("type", "function");
                entry
                    .putObject("function")
                    .put("name", call.name())
                    .put("arguments", call.arguments());
              });
    }
    node.put("finish_reason", finishReason(choice.reason()));
  }

  private ObjectNode embeddings(Answer.Embeddings embeddings, Usage usage, boolean base64) {
    ObjectNode root = mapper.createObjectNode();
    root.put("object", "list");
    ArrayNode data = root.putArray("data");
    for (int i = 0; i < embeddings.vectors().size(); i++) {
      ObjectNode entry = data.addObject();
      entry.put("object", "embedding");
      entry.put("index", i);
      if (base64) {
        entry.put("embedding", base64(embeddings.vectors().get(i)));
      } else {
        ArrayNode vector = entry.putArray("embedding");
        for (float component : embeddings.vectors().get(i)) {
          vector.add(component);
        }
      }
    }
    root.put("model", embeddings.model());
    root.putObject("usage")
        .put("prompt_tokens", usage.inputTokens())
        .put("total_tokens", usage.totalTokens());
    return root;
  }

  /** The vector as 32-bit floats, least significant byte first. */
  private static String base64(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  byte[] models(Answer.Models models) {
    ObjectNode root = mapper.createObjectNode();
    root.put("object", "list");
    ArrayNode data = root.putArray("data");
    models.models().forEach(model -> put(data.addObject(), model));
    return mapper.writeValueAsBytes(root);
  }

  byte[] model(Answer.Model model) {
    return mapper.writeValueAsBytes(put(mapper.createObjectNode(), model));
  }

  private static ObjectNode put(ObjectNode node, Answer.Model model) {
    return node.put("id", model.id())
        .put("object", "model")
        .put("created", model.createdSeconds())
        .put("owned_by", model.ownedBy());
  }

  static void usage(ObjectNode node, Usage usage) {
    node.put("prompt_tokens", usage.inputTokens());
    node.put("completion_tokens", usage.outputTokens());
    node.put("total_tokens", usage.totalTokens());
    if (usage.cacheReadTokens() > 0) {
      node.putObject("prompt_tokens_details").put("cached_tokens", usage.cacheReadTokens());
    }
    if (usage.reasoningTokens() > 0) {
      node.putObject("completion_tokens_details").put("reasoning_tokens", usage.reasoningTokens());
    }
  }

  static String finishReason(FinishReason reason) {
    return reason == FinishReason.OTHER ? "stop" : reason.name().toLowerCase(Locale.ROOT);
  }
}
