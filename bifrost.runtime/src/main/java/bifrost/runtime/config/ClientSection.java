package bifrost.runtime.config;

import bifrost.api.snapshot.ClientSettings;
import bifrost.runtime.config.json.Fields;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The section {@code client}. */
final class ClientSection {
  private static final Map<String, String> WITHOUT_EFFECT =
      Map.ofEntries(
          Map.entry("initial_pool_size", "requests run on virtual threads, there is no pool"),
          Map.entry("drop_excess_requests", "excess requests are always refused with 503"),
          Map.entry("retain_content_in_object_storage", "Bifrost does not offer it"),
          Map.entry("logging_headers", "Bifrost does not offer it"),
          Map.entry("hidden_request_types", "Bifrost does not offer it"),
          Map.entry("allowed_headers", "every header is allowed"),
          Map.entry("header_filter_config", "Bifrost does not offer it"),
          Map.entry("whitelisted_routes", "Bifrost does not offer it"),
          Map.entry("delete_expired_virtual_keys", "an expired key stays, refused"),
          Map.entry("compat", "formats are translated where they differ"),
          Map.entry("mcp_agent_depth", "Bifrost has no MCP gateway"),
          Map.entry("mcp_tool_execution_timeout", "Bifrost has no MCP gateway"),
          Map.entry("mcp_tool_sync_interval", "Bifrost has no MCP gateway"),
          Map.entry("mcp_disable_auto_tool_inject", "Bifrost has no MCP gateway"),
          Map.entry("async_job_result_ttl", "Bifrost does not offer it"),
          Map.entry("disable_db_pings_in_health", "/health never asks the database"),
          Map.entry("routing_chain_max_depth", "the first rule that matches decides"),
          Map.entry("prometheus_labels", "Bifrost does not offer it"));

  private final Seeds seeds;

  ClientSection(Seeds seeds) {
    this.seeds = seeds;
  }

  void read(Fields fields) {
    ClientSettings defaults = ClientSettings.DEFAULT;
    boolean enforce = fields.flag("enforce_auth_on_inference").orElse(defaults.enforceAuth());
    long body =
        fields.whole("max_request_body_size_mb", 1, 1024).orElse(defaults.maxBodyBytes() >> 20)
            << 20;
    Duration timeout =
        Duration.ofSeconds(
            fields
                .whole("request_timeout_in_seconds", 1, 86_400)
                .orElse(defaults.requestTimeout().toSeconds()));
    int concurrent =
        (int)
            fields
                .whole("max_concurrent_requests", 1, 1_000_000)
                .orElse(defaults.maxConcurrentRequests());
    boolean logging = fields.flag("enable_logging").orElse(defaults.enableLogging());
    boolean quiet = fields.flag("disable_content_logging").orElse(defaults.disableContentLogging());
    boolean override =
        fields
            .flag("allow_per_request_content_storage_override")
            .orElse(defaults.allowContentLoggingOverride());
    int retention =
        (int) fields.whole("log_retention_days", 1, 36_500).orElse(defaults.logRetentionDays());
    List<String> headers = fields.texts("required_headers");
    List<String> origins =
        fields.has("allowed_origins") ? fields.texts("allowed_origins") : defaults.allowedOrigins();
    if (fields.flag("allow_direct_keys").orElse(false)) {
      fields.refuse("allow_direct_keys", "is not offered: callers use virtual keys; leave it out");
    }
    WITHOUT_EFFECT.forEach(fields::ignore);
    fields.end();
    fields
        .build(
            () ->
                new ClientSettings(
                    enforce,
                    body,
                    timeout,
                    concurrent,
                    logging,
                    quiet,
                    override,
                    retention,
                    headers,
                    origins))
        .ifPresent(client -> seeds.add(fields, client));
  }
}
