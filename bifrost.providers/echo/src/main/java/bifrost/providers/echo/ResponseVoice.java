package bifrost.providers.echo;

import bifrost.api.model.FinishReason;
import bifrost.api.model.Usage;
import bifrost.api.provider.ResponseSink;
import java.util.List;

/** An answer of OpenAI's Responses API: one message with one text, streamed as its typed events. */
final class ResponseVoice implements Voice {
  private static final String NO_USAGE = "null";

  private final RawSink out;
  private final ResponseSink sink;
  private final String id;
  private final String model;
  private final long created;
  private final StringBuilder text = new StringBuilder();
  private int sequence;

  ResponseVoice(ResponseSink sink, String id, String model, long created) {
    this.sink = sink;
    this.out = new RawSink(sink);
    this.id = "resp_" + id;
    this.model = model;
    this.created = created;
  }

  @Override
  public void begin() {
    out.begin();
    String empty = response("in_progress", "", NO_USAGE);
    event("response.created", "\"response\":" + empty);
    event("response.in_progress", "\"response\":" + empty);
    event("response.output_item.added", "\"output_index\":0,\"item\":" + item("in_progress", ""));
    event("response.content_part.added", position() + ",\"part\":" + part(""));
  }

  @Override
  public void piece(String more) {
    text.append(more);
    event("response.output_text.delta", position() + ",\"delta\":" + JsonText.quote(more));
  }

  @Override
  public void end(FinishReason reason, Usage usage) {
    String all = text.toString();
    event("response.output_text.done", position() + ",\"text\":" + JsonText.quote(all));
    event("response.content_part.done", position() + ",\"part\":" + part(all));
    String status = status(reason);
    event("response.output_item.done", "\"output_index\":0,\"item\":" + item(status, part(all)));
    sink.usage(usage);
    event("response." + status, "\"response\":" + response(status, all, usage(usage)));
  }

  @Override
  public void whole(List<String> pieces, FinishReason reason, Usage usage) {
    sink.usage(usage);
    out.json(response(status(reason), String.join("", pieces), usage(usage)));
  }

  private void event(String type, String fields) {
    out.event(
        type, "{\"type\":\"%s\",\"sequence_number\":%d,%s}".formatted(type, sequence++, fields));
  }

  private String response(String status, String all, String usage) {
    return ("{\"id\":%s,\"object\":\"response\",\"created_at\":%d,\"status\":\"%s\",\"model\":%s,"
            + "\"error\":null,\"incomplete_details\":%s,\"output\":[%s],\"parallel_tool_calls\":true,"
            + "\"tool_choice\":\"auto\",\"tools\":[],\"usage\":%s}")
        .formatted(
            JsonText.quote(id),
            created,
            status,
            JsonText.quote(model),
            status.equals("incomplete") ? "{\"reason\":\"max_output_tokens\"}" : "null",
            status.equals("in_progress") ? "" : item(status, part(all)),
            usage);
  }

  private String item(String status, String content) {
    return "{\"id\":%s,\"type\":\"message\",\"role\":\"assistant\",\"status\":\"%s\",\"content\":[%s]}"
        .formatted(JsonText.quote("msg_" + id), status, content);
  }

  private String position() {
    return "\"item_id\":%s,\"output_index\":0,\"content_index\":0"
        .formatted(JsonText.quote("msg_" + id));
  }

  private static String part(String all) {
    return "{\"type\":\"output_text\",\"text\":%s,\"annotations\":[]}"
        .formatted(JsonText.quote(all));
  }

  private static String status(FinishReason reason) {
    return reason == FinishReason.LENGTH ? "incomplete" : "completed";
  }

  private static String usage(Usage usage) {
    return ("{\"input_tokens\":%d,\"input_tokens_details\":{\"cached_tokens\":0},"
            + "\"output_tokens\":%d,\"output_tokens_details\":{\"reasoning_tokens\":0},"
            + "\"total_tokens\":%d}")
        .formatted(usage.inputTokens(), usage.outputTokens(), usage.totalTokens());
  }
}
