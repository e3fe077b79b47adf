package bifrost.runtime.snapshot;

import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.RoutingRule;
import java.util.List;

/**
 * Other ways to the rows of a snapshot.
 *
 * @param secrets virtual keys by the hash of their secret
 * @param names virtual keys by name
 * @param providerKeys the keys of each provider
 * @param providers all providers, in the order of their names
 * @param routingRules all rules, in the order in which they are tried
 */
record Indexes(
    PersistentIndex<KeyHash, SecretHolder> secrets,
    PersistentIndex<String, KeyRow> names,
    PersistentIndex<String, KeysOfProvider> providerKeys,
    List<ProviderConfig> providers,
    List<RoutingRule> routingRules) {

  static final Indexes EMPTY =
      new Indexes(
          PersistentIndex.empty(SecretHolder.BY_HASH),
          PersistentIndex.empty(KeyRow.BY_NAME),
          PersistentIndex.empty(KeysOfProvider.BY_PROVIDER),
          List.of(),
          List.of());

  /** The keys of a provider, in the order of their ids. */
  List<ProviderKey> keys(String provider) {
    KeysOfProvider known = providerKeys.get(provider);
    return known == null ? List.of() : known.keys();
  }

  /**
   * The keys of one provider.
   *
   * @param provider the provider's name
   * @param keys its keys, in the order of their ids
   */
  record KeysOfProvider(String provider, List<ProviderKey> keys) {
    private static final Keying<String, KeysOfProvider> BY_PROVIDER =
        new Keying<>() {
          @Override
          public int hash(KeysOfProvider entry) {
            return entry.provider.hashCode();
          }

          @Override
          public boolean matches(KeysOfProvider entry, String provider) {
            return entry.provider.equals(provider);
          }

          @Override
          public boolean same(KeysOfProvider one, KeysOfProvider other) {
            return one.provider.equals(other.provider);
          }
        };
  }
}
