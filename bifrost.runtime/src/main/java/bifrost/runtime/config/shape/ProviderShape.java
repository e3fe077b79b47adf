package bifrost.runtime.config.shape;

import bifrost.api.model.Header;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.snapshot.EntityFormat;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Providers and their keys. */
final class ProviderShape {
  private ProviderShape() {}

  static void write(Shape out, ProviderConfig provider) {
    out.put("name", provider.id());
    provider
        .base()
        .ifPresent(
            base ->
                out.put(
                    "custom_provider_config",
                    new Shape().put("base_provider_type", base).members()));
    NetworkSettings network = provider.network();
    Shape inner = new Shape();
    inner.put("base_url", network.baseUrl());
    inner.put("default_request_timeout_in_seconds", network.requestTimeout().toSeconds());
    inner.put("stream_idle_timeout_in_seconds", network.streamIdleTimeout().toSeconds());
    inner.put("max_retries", provider.maxRetries());
    inner.put("retry_backoff_initial", provider.backoffInitial().toMillis());
    inner.put("retry_backoff_max", provider.backoffMax().toMillis());
    inner.put("max_conns_per_host", network.maxConnections());
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : network.extraHeaders()) {
      headers.put(header.name(), EntityFormat.MASK);
    }
    inner.putUnlessEmpty("extra_headers", headers);
    inner.put("insecure_skip_verify", network.insecureSkipVerify());
    inner.put("ca_cert_pem", network.caCertificate());
    inner.put("proxy", network.proxy().map(MaskedSecrets::proxy));
    out.put("network_config", inner.members());
    out.put(
        "concurrency_and_buffer_size",
        new Shape()
            .put("concurrency", provider.concurrency())
            .put("buffer_size", provider.queueSize())
            .members());
    LimitsShape.write(out, provider.limits());
  }

  static void write(Shape out, ProviderKey key) {
    out.put("id", key.id()).put("provider", key.provider()).put("name", key.name());
    out.put("value", Shape.masked(key.value()));
    out.put("models", key.models().allowed());
    out.putUnlessEmpty("blacklisted_models", key.models().denied());
    out.putReal("weight", key.weight());
    out.putUnlessEmpty("aliases", new TreeMap<>(key.aliases()));
    Map<String, Object> settings = new TreeMap<>();
    key.settings().forEach((name, secret) -> settings.put(name, Shape.masked(secret)));
    out.putUnlessEmpty("settings", settings);
  }
}
