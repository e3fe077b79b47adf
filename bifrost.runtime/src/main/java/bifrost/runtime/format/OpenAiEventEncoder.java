package bifrost.runtime.format;

import bifrost.api.model.ChatEvent;
import bifrost.api.model.Usage;
import bifrost.runtime.json.JsonStrings;
import java.nio.charset.StandardCharsets;

/** Encodes the neutral events of one chat as {@code chat.completion.chunk} events. */
final class OpenAiEventEncoder implements EventEncoder {
  private final boolean usageWanted;
  private String prefix = "";

  OpenAiEventEncoder(boolean usageWanted) {
    this.usageWanted = usageWanted;
    start("", "", 0);
  }

  @Override
  public byte[] encode(ChatEvent event) {
    return switch (event) {
      case ChatEvent.Started(String id, String model, long created) -> {
        start(id, model, created);
        yield frame(0, "{\"role\":\"assistant\",\"content\":\"\"}", "null");
      }
      case ChatEvent.TextDelta(int choice, String text) ->
          frame(choice, "{\"content\":" + JsonStrings.encode(text) + "}", "null");
      case ChatEvent.ReasoningDelta(int choice, String text) ->
          frame(choice, "{\"reasoning_content\":" + JsonStrings.encode(text) + "}", "null");
      case ChatEvent.ToolCallStarted(int choice, int index, String id, String name) ->
          frame(
              choice,
              "{\"tool_calls\":[{\"index\":%d,\"id\":%s,\"type\":\"function\",\"function\":{\"name\":%s,\"arguments\":\"\"}}]}"
                  .formatted(index, JsonStrings.encode(id), JsonStrings.encode(name)),
              "null");
      case ChatEvent.ToolCallArguments(int choice, int index, String fragment) ->
          frame(
              choice,
              "{\"tool_calls\":[{\"index\":%d,\"function\":{\"arguments\":%s}}]}"
                  .formatted(index, JsonStrings.encode(fragment)),
              "null");
      case ChatEvent.Finished finished ->
          frame(
              finished.choice(), "{}", "\"" + OpenAiEncoder.finishReason(finished.reason()) + "\"");
    };
  }

  @Override
  public byte[] end(Usage usage) {
    String counts =
        usageWanted
            ? prefix
                + "[],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}}\n\n"
                    .formatted(usage.inputTokens(), usage.outputTokens(), usage.totalTokens())
            : "";
    return (counts + "data: [DONE]\n\n").getBytes(StandardCharsets.UTF_8);
  }

  private void start(String id, String model, long created) {
    prefix =
        "data: {\"id\":%s,\"object\":\"chat.completion.chunk\",\"created\":%d,\"model\":%s,\"choices\":"
            .formatted(JsonStrings.encode(id), created, JsonStrings.encode(model));
  }

  private byte[] frame(int choice, String delta, String finish) {
    return (prefix
            + "[{\"index\":"
            + choice
            + ",\"delta\":"
            + delta
            + ",\"finish_reason\":"
            + finish
            + "}]}\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}
