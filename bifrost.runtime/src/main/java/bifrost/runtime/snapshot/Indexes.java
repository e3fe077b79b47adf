package bifrost.runtime.snapshot;

import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.VirtualKey;
import java.util.List;

/**
 * Other ways to the rows of a snapshot.
 *
 * @param keyHashes virtual keys by the hash of their secret; a list where several share one, which
 *     only a merge can bring about
 * @param keyNames ids of virtual keys by name
 * @param providerKeys the keys of each provider, in the order of their ids
 * @param providers all providers, in the order of their names
 * @param routingRules all rules, in the order in which they are tried
 */
record Indexes(
    PersistentMap<KeyHash, Object> keyHashes,
    PersistentMap<String, String> keyNames,
    PersistentMap<String, List<ProviderKey>> providerKeys,
    List<ProviderConfig> providers,
    List<RoutingRule> routingRules) {

  static final Indexes EMPTY =
      new Indexes(
          PersistentMap.empty(),
          PersistentMap.empty(),
          PersistentMap.empty(),
          List.of(),
          List.of());

  /** The virtual key of a hash, or {@code null}; of several the one with the smallest id. */
  VirtualKey virtualKey(KeyHash hash) {
    return switch (keyHashes.get(hash)) {
      case null -> null;
      case VirtualKey key -> key;
      case Object several -> (VirtualKey) ((List<?>) several).get(0);
    };
  }
}
