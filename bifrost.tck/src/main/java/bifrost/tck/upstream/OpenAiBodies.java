package bifrost.tck.upstream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bodies and events of OpenAI's endpoints, for one request. */
final class OpenAiBodies {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long CREATED = 1_760_000_000L;
  private static final String CHAT_USAGE =
      """
      {"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,\
      "prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},\
      "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,\
      "accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}"""
          .formatted(
              OpenAi.PROMPT_TOKENS,
              OpenAi.COMPLETION_TOKENS,
              OpenAi.PROMPT_TOKENS + OpenAi.COMPLETION_TOKENS);

  /** One typed event of a stream. */
  record Event(String name, String data) {}

  private final Received request;
  private final String model;

  OpenAiBodies(Received request) {
    this.request = request;
    this.model = quote(request.model());
  }

  static String quote(String text) {
    return text == null ? "null" : JSON.writeValueAsString(text);
  }

  /** Whether the client asked for a usage chunk. */
  boolean usageAsked() {
    return request.json().path("stream_options").path("include_usage").asBoolean(false);
  }

  String chat(String content) {
    return chatAnswer(
        "{\"role\":\"assistant\",\"content\":"
            + quote(content)
            + ",\"refusal\":null,\"annotations\":[]}",
        "stop");
  }

  String toolCall(String tool, String arguments) {
    return chatAnswer(
        """
        {"role":"assistant","content":null,"refusal":null,"annotations":[],"tool_calls":[\
        {"id":"call_1","type":"function","function":{"name":%s,"arguments":%s}}]}"""
            .formatted(quote(tool), quote(arguments)),
        "tool_calls");
  }

  private String chatAnswer(String message, String reason) {
    return """
        {"id":"chatcmpl-sim","object":"chat.completion","created":%d,"model":%s,"choices":[\
        {"index":0,"message":%s,"logprobs":null,"finish_reason":%s}],"usage":%s,\
        "service_tier":"default","system_fingerprint":"fp_sim"}"""
        .formatted(CREATED, model, message, quote(reason), CHAT_USAGE);
  }

  String chatChunk(String delta) {
    return chatChunk(
        "[{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":null}]", "null");
  }

  String chatFinish(String reason) {
    return chatChunk(
        "[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":" + quote(reason) + "}]",
        "null");
  }

  String chatUsage() {
    return chatChunk("[]", CHAT_USAGE);
  }

  private String chatChunk(String choices, String usage) {
    return """
        {"id":"chatcmpl-sim","object":"chat.completion.chunk","created":%d,"model":%s,\
        "service_tier":"default","system_fingerprint":"fp_sim","choices":%s%s}"""
        .formatted(CREATED, model, choices, usageAsked() ? ",\"usage\":" + usage : "");
  }

  static String toolCallHead(String tool) {
    return """
        {"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_1",\
        "type":"function","function":{"name":%s,"arguments":""}}],"refusal":null}"""
        .formatted(quote(tool));
  }

  static String toolCallFragment(String fragment) {
    return "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + quote(fragment) + "}}]}";
  }

  String completion(String text, String reason, boolean whole) {
    return """
        {"id":"cmpl-sim","object":"text_completion","created":%d,"model":%s,"choices":[\
        {"text":%s,"index":0,"logprobs":null,"finish_reason":%s}]%s}"""
        .formatted(
            CREATED,
            model,
            quote(text),
            quote(reason),
            whole ? ",\"usage\":" + CHAT_USAGE : usageAsked() ? ",\"usage\":null" : "");
  }

  String completionUsage() {
    return """
        {"id":"cmpl-sim","object":"text_completion","created":%d,"model":%s,"choices":[],\
        "usage":%s}"""
        .formatted(CREATED, model, CHAT_USAGE);
  }

  String response(String status, String text) {
    boolean done = status.equals("completed");
    String usage =
        """
        {"input_tokens":%d,"input_tokens_details":{"cached_tokens":0},"output_tokens":%d,\
        "output_tokens_details":{"reasoning_tokens":0},"total_tokens":%d}"""
            .formatted(
                OpenAi.PROMPT_TOKENS,
                OpenAi.COMPLETION_TOKENS,
                OpenAi.PROMPT_TOKENS + OpenAi.COMPLETION_TOKENS);
    return """
        {"id":"resp_sim","object":"response","created_at":%d,"status":%s,"error":null,\
        "incomplete_details":null,"instructions":null,"max_output_tokens":null,"model":%s,\
        "output":[%s],"parallel_tool_calls":true,"previous_response_id":null,"store":true,\
        "temperature":1.0,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],\
        "top_p":1.0,"truncation":"disabled","usage":%s,"user":null,"metadata":{}}"""
        .formatted(
            CREATED, quote(status), model, done ? message(status, text) : "", done ? usage : null);
  }

  private static String message(String status, String text) {
    String content = status.equals("completed") ? part(text) : "";
    return """
        {"type":"message","id":"msg_sim","status":%s,"role":"assistant","content":[%s]}"""
        .formatted(quote(status), content);
  }

  private static String part(String text) {
    return "{\"type\":\"output_text\",\"text\":" + quote(text) + ",\"annotations\":[]}";
  }

  List<Event> responseEvents(List<String> deltas) {
    String text = String.join("", deltas);
    String item = "\"item_id\":\"msg_sim\",\"output_index\":0,\"content_index\":0";
    List<Event> events = new ArrayList<>();
    add(events, "response.created", "\"response\":" + response("in_progress", ""));
    add(events, "response.in_progress", "\"response\":" + response("in_progress", ""));
    add(
        events,
        "response.output_item.added",
        "\"output_index\":0,\"item\":" + message("in_progress", ""));
    add(events, "response.content_part.added", item + ",\"part\":" + part(""));
    for (String delta : deltas) {
      add(
          events,
          "response.output_text.delta",
          item + ",\"delta\":" + quote(delta) + ",\"logprobs\":[]");
    }
    add(
        events,
        "response.output_text.done",
        item + ",\"text\":" + quote(text) + ",\"logprobs\":[]");
    add(events, "response.content_part.done", item + ",\"part\":" + part(text));
    add(
        events,
        "response.output_item.done",
        "\"output_index\":0,\"item\":" + message("completed", text));
    add(events, "response.completed", "\"response\":" + response("completed", text));
    return events;
  }

  private static void add(List<Event> events, String type, String fields) {
    events.add(
        new Event(
            type,
            "{\"type\":"
                + quote(type)
                + ",\"sequence_number\":"
                + events.size()
                + ","
                + fields
                + "}"));
  }

  String embeddings(int dimensions) {
    JsonNode input = request.json().path("input");
    boolean many = input.isArray() && !input.isEmpty() && !input.get(0).isNumber();
    int count = many ? input.size() : 1;
    boolean base64 = request.json().path("encoding_format").asString("").equals("base64");
    StringBuilder data = new StringBuilder();
    for (int i = 0; i < count; i++) {
      data.append(i == 0 ? "" : ",")
          .append("{\"object\":\"embedding\",\"index\":")
          .append(i)
          .append(",\"embedding\":")
          .append(vector(i, dimensions, base64))
          .append('}');
    }
    return """
        {"object":"list","data":[%s],"model":%s,\
        "usage":{"prompt_tokens":%d,"total_tokens":%d}}"""
        .formatted(data, model, OpenAi.PROMPT_TOKENS, OpenAi.PROMPT_TOKENS);
  }

  private static String vector(int index, int dimensions, boolean base64) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * dimensions).order(ByteOrder.LITTLE_ENDIAN);
    StringBuilder numbers = new StringBuilder("[");
    for (int i = 0; i < dimensions; i++) {
      float value = index + i / 16f;
      bytes.putFloat(value);
      numbers.append(i == 0 ? "" : ",").append(value);
    }
    return base64
        ? quote(Base64.getEncoder().encodeToString(bytes.array()))
        : numbers.append(']').toString();
  }

  String image() {
    return """
        {"created":%d,"data":[{"b64_json":%s}],"usage":{"input_tokens":%d,\
        "input_tokens_details":{"image_tokens":0,"text_tokens":%d},"output_tokens":%d,\
        "total_tokens":%d}}"""
        .formatted(
            CREATED,
            quote(Base64.getEncoder().encodeToString(OpenAi.audio(64))),
            OpenAi.PROMPT_TOKENS,
            OpenAi.PROMPT_TOKENS,
            OpenAi.COMPLETION_TOKENS,
            OpenAi.PROMPT_TOKENS + OpenAi.COMPLETION_TOKENS);
  }

  static String transcription(String text) {
    return "{\"text\":" + quote(text) + ",\"usage\":{\"type\":\"duration\",\"seconds\":3}}";
  }

  static String models(List<String> ids) {
    StringBuilder data = new StringBuilder();
    for (String id : ids) {
      data.append(data.isEmpty() ? "" : ",")
          .append("{\"id\":")
          .append(quote(id))
          .append(",\"object\":\"model\",\"created\":")
          .append(CREATED)
          .append(",\"owned_by\":\"system\"}");
    }
    return "{\"object\":\"list\",\"data\":[" + data + "]}";
  }

  static String error(String type, String code, String message) {
    return """
        {"error":{"message":%s,"type":%s,"param":null,"code":%s}}"""
        .formatted(quote(message), quote(type), quote(code));
  }
}
