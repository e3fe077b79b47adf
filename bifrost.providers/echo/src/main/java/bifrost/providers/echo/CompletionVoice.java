package bifrost.providers.echo;

import bifrost.api.model.FinishReason;
import bifrost.api.model.Usage;
import bifrost.api.provider.ResponseSink;
import bifrost.api.provider.ResponseSink.FrameKind;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A text completion in OpenAI's format. */
final class CompletionVoice implements Voice {
  private final RawSink out;
  private final ResponseSink sink;
  private final String head;
  private final int choices;

  CompletionVoice(ResponseSink sink, String id, String model, long created, int choices) {
    this.sink = sink;
    this.out = new RawSink(sink);
    this.head =
        "{\"id\":%s,\"object\":\"text_completion\",\"created\":%d,\"model\":%s"
            .formatted(JsonText.quote(id), created, JsonText.quote(model));
    this.choices = choices;
  }

  @Override
  public void begin() {
    out.begin();
  }

  @Override
  public void piece(String text) {
    for (int choice = 0; choice < choices; choice++) {
      out.data(head + ",\"choices\":[" + choice(choice, text, "null") + "]}", FrameKind.CONTENT);
    }
  }

  @Override
  public void end(FinishReason reason, Usage usage) {
    for (int choice = 0; choice < choices; choice++) {
      out.data(
          head + ",\"choices\":[" + choice(choice, "", name(reason)) + "]}", FrameKind.CONTENT);
    }
    sink.usage(usage);
    out.data(head + ",\"choices\":[]," + usage(usage) + "}", FrameKind.USAGE);
    out.data("[DONE]", FrameKind.DONE);
  }

  @Override
  public void whole(List<String> pieces, FinishReason reason, Usage usage) {
    String text = String.join("", pieces);
    String all =
        IntStream.range(0, choices)
            .mapToObj(choice -> choice(choice, text, name(reason)))
            .collect(Collectors.joining(","));
    sink.usage(usage);
    out.json(head + ",\"choices\":[" + all + "]," + usage(usage) + "}");
  }

  private static String choice(int index, String text, String reason) {
    return "{\"index\":%d,\"text\":%s,\"logprobs\":null,\"finish_reason\":%s}"
        .formatted(index, JsonText.quote(text), reason);
  }

  private static String name(FinishReason reason) {
    return reason == FinishReason.LENGTH ? "\"length\"" : "\"stop\"";
  }

  private static String usage(Usage usage) {
    return "\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}"
        .formatted(usage.inputTokens(), usage.outputTokens(), usage.totalTokens());
  }
}
