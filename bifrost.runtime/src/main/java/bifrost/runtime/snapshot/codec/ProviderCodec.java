package bifrost.runtime.snapshot.codec;

import bifrost.api.model.Header;
import bifrost.api.model.Secret;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Providers and their keys. */
final class ProviderCodec {
  private ProviderCodec() {}

  static void write(Content out, ProviderConfig provider) {
    NetworkSettings network = provider.network();
    out.put("base", provider.base())
        .put("base_url", network.baseUrl())
        .put("request_timeout_ms", network.requestTimeout().toMillis())
        .put("stream_idle_timeout_ms", network.streamIdleTimeout().toMillis())
        .put("max_connections", network.maxConnections())
        .putList("extra_headers", headers(out, network.extraHeaders()))
        .put("insecure_skip_verify", network.insecureSkipVerify())
        .put("ca_certificate", network.caCertificate())
        .putSecret("proxy", Secret.of(network.proxy().orElse("")))
        .put("max_retries", provider.maxRetries())
        .put("backoff_initial_ms", provider.backoffInitial().toMillis())
        .put("backoff_max_ms", provider.backoffMax().toMillis())
        .put("concurrency", provider.concurrency())
        .put("queue_size", provider.queueSize());
    LimitsCodec.write(out, provider.limits());
  }

  static ProviderConfig provider(String id, StoredFields in) {
    ProviderConfig defaults = ProviderConfig.named(id);
    NetworkSettings network = defaults.network();
    Secret proxy = in.secret("proxy");
    return new ProviderConfig(
        id,
        in.optional("base"),
        new NetworkSettings(
            in.optional("base_url"),
            millis(in, "request_timeout_ms", network.requestTimeout()),
            millis(in, "stream_idle_timeout_ms", network.streamIdleTimeout()),
            in.small("max_connections", network.maxConnections()),
            in.list("extra_headers", h -> new Header(h.required("name"), header(h))),
            in.flag("insecure_skip_verify"),
            in.optional("ca_certificate"),
            proxy.isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(proxy.reveal())),
        in.small("max_retries", defaults.maxRetries()),
        millis(in, "backoff_initial_ms", defaults.backoffInitial()),
        millis(in, "backoff_max_ms", defaults.backoffMax()),
        in.small("concurrency", defaults.concurrency()),
        in.small("queue_size", defaults.queueSize()),
        LimitsCodec.read(in));
  }

  static void write(Content out, ProviderKey key) {
    out.put("provider", key.provider())
        .put("name", key.name())
        .putSecret("value", key.value())
        .put("models", key.models().allowed())
        .putList("denied_models", key.models().denied())
        .put("weight", key.weight())
        .putMap("aliases", key.aliases())
        .putSecrets("settings", key.settings());
  }

  static ProviderKey key(String id, StoredFields in) {
    return new ProviderKey(
        id,
        in.required("provider"),
        in.required("name"),
        in.secret("value"),
        models(in, "models", "denied_models"),
        in.real("weight", 1),
        in.textMap("aliases"),
        in.secrets("settings"));
  }

  /** Most filters allow everything: they share one instance. */
  static ModelFilter models(StoredFields in, String allowed, String denied) {
    ModelFilter filter = ModelFilter.of(in.texts(allowed), in.texts(denied));
    return filter.equals(ModelFilter.ALL) ? ModelFilter.ALL : filter;
  }

  /** A header's value may be a credential. */
  private static List<Map<String, Object>> headers(Content out, List<Header> headers) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Header header : headers) {
      list.add(
          out.inner()
              .put("name", header.name())
              .putSecret("value", Secret.of(header.value()))
              .members());
    }
    return list;
  }

  private static String header(StoredFields in) {
    return in.secret("value").reveal();
  }

  private static Duration millis(StoredFields in, String name, Duration fallback) {
    return Duration.ofMillis(in.whole(name, fallback.toMillis()));
  }
}
