package bifrost.runtime.pipeline;

import bifrost.api.model.Secret;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.provider.Target;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.runtime.provider.Adapter;
import java.util.HashMap;
import java.util.Map;

/** Resolves where an attempt goes from the configuration and the adapter's defaults. */
final class Targets {
  private Targets() {}

  static Target target(
      ProviderConfig provider, ProviderKey key, Adapter adapter, String wireModel) {
    NetworkSettings network = provider.network();
    if (network.baseUrl().isEmpty() && adapter.baseUrl().isPresent()) {
      network = network.withBaseUrl(adapter.baseUrl().get());
    }
    return new Target(
        provider.id(), wireModel, key.id(), key.value(), network, revealed(key.settings()));
  }

  /** Stands for a key where none is needed. */
  static ProviderKey keyless(String provider) {
    return new ProviderKey("", provider, "", Secret.EMPTY, ModelFilter.ALL, 1, Map.of(), Map.of());
  }

  private static Map<String, String> revealed(Map<String, Secret> settings) {
    if (settings.isEmpty()) {
      return Map.of();
    }
    Map<String, String> plain = new HashMap<>();
    settings.forEach((name, secret) -> plain.put(name, secret.reveal()));
    return plain;
  }
}
