package bifrost.admin.rest.logs;

import bifrost.api.journal.RequestLog;
import bifrost.api.model.Usage;
import bifrost.api.storage.LogPage;
import bifrost.api.storage.LogStats;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Logs and their sums as JSON values. */
final class LogBodies {
  private LogBodies() {}

  static Map<String, Object> log(LogPage.Entry entry) {
    RequestLog log = entry.log();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", log.id());
    body.put("timestamp", Instant.ofEpochMilli(log.startMillis()).toString());
    body.put("object", log.operation().label());
    body.put("provider", log.provider());
    body.put("model", log.model());
    body.put("wire_model", log.wireModel());
    body.put("selected_key_id", log.keyId());
    body.put("selected_key_name", log.keyName());
    body.put("virtual_key_id", log.charged().virtualKeyId());
    body.put("virtual_key_name", log.charged().virtualKeyName());
    body.put("team_id", log.charged().teamId());
    body.put("customer_id", log.charged().customerId());
    body.put("number_of_retries", Math.max(0, log.attempts() - 1));
    body.put("fallback_index", log.fallbackIndex());
    body.put("stream", log.stream());
    body.put("status", log.errorType().isEmpty() ? "success" : "error");
    body.put("status_code", log.status());
    body.put("error_type", log.errorType());
    body.put("latency", millis(log.latencyMicros()));
    body.put(
        "first_token_latency", log.firstByteMicros() < 0 ? null : millis(log.firstByteMicros()));
    body.put("token_usage", usage(log.usage()));
    body.put("cost", dollars(log.costNanos()));
    body.put("cluster_node_id", entry.place().node());
    return body;
  }

  static Map<String, Object> stats(LogStats stats) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("total_requests", stats.requests());
    body.put("success_rate", stats.requests() == 0 ? null : percent(stats));
    body.put(
        "average_latency",
        stats.logged() == 0 ? null : millis(stats.latencyMicros() / stats.logged()));
    body.put("total_tokens", stats.inputTokens() + stats.outputTokens());
    body.put("input_tokens", stats.inputTokens());
    body.put("output_tokens", stats.outputTokens());
    body.put("total_cost", dollars(stats.costNanos()));
    body.put("requests_in_totals", stats.requests() - stats.logged());
    return body;
  }

  private static Map<String, Object> usage(Usage usage) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("prompt_tokens", usage.inputTokens());
    body.put("completion_tokens", usage.outputTokens());
    body.put("total_tokens", usage.totalTokens());
    body.put("cached_read_tokens", usage.cacheReadTokens());
    body.put("cached_write_tokens", usage.cacheWriteTokens());
    body.put("reasoning_tokens", usage.reasoningTokens());
    body.put("images", usage.images());
    body.put("audio_millis", usage.audioMillis());
    body.put("characters", usage.characters());
    return body;
  }

  private static double percent(LogStats stats) {
    return Math.round(10_000.0 * stats.succeeded() / stats.requests()) / 100.0;
  }

  private static double millis(long micros) {
    return micros / 1_000.0;
  }

  private static BigDecimal dollars(long nanos) {
    return BigDecimal.valueOf(nanos, 9);
  }
}
