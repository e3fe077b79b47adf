package bifrost.runtime.config;

import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.Snapshot;
import bifrost.runtime.config.json.Fields;
import bifrost.runtime.config.json.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one part of the file has defined and another may refer to. For a single entity it is what
 * the configuration holds, and its owner checks the rest when the entity is written.
 */
final class KnownNames {
  private final Map<String, Map<String, String>> providerKeys;
  private final boolean wholeFile;
  private final Set<String> customers = new LinkedHashSet<>();
  private final Set<String> teams = new LinkedHashSet<>();
  private final Set<String> virtualKeys = new LinkedHashSet<>();

  /**
   * With the providers of the file.
   *
   * @param providerKeys for each provider the ids of its keys by their names
   */
  KnownNames(Map<String, Map<String, String>> providerKeys) {
    this(providerKeys, true);
  }

  private KnownNames(Map<String, Map<String, String>> providerKeys, boolean wholeFile) {
    this.providerKeys = providerKeys;
    this.wholeFile = wholeFile;
  }

  /** With the providers of the configuration in memory. */
  static KnownNames of(Snapshot snapshot) {
    Map<String, Map<String, String>> keys = new HashMap<>();
    for (ProviderConfig provider : snapshot.providers()) {
      Map<String, String> ids = new HashMap<>();
      snapshot.keys(provider.id()).forEach(key -> ids.put(key.name(), key.id()));
      keys.put(provider.id(), ids);
    }
    return new KnownNames(keys, false);
  }

  void addCustomer(String id) {
    customers.add(id);
  }

  void addTeam(String id) {
    teams.add(id);
  }

  void addVirtualKey(String id) {
    virtualKeys.add(id);
  }

  void requireCustomer(Fields fields, String member, Optional<String> id) {
    require(fields, member, id, "customer", customers);
  }

  void requireTeam(Fields fields, String member, Optional<String> id) {
    require(fields, member, id, "team", teams);
  }

  void requireVirtualKey(Fields fields, String member, Optional<String> id) {
    require(fields, member, id, "virtual key", virtualKeys);
  }

  /** Warns of a provider that the file does not configure: it may be one that needs no key. */
  void expectProvider(Fields fields, String member, String provider) {
    if (!provider.isEmpty() && !providerKeys.containsKey(provider)) {
      fields.warn(
          member,
          (wholeFile
                  ? "'%s' is not in this file's providers%s"
                  : "provider '%s' is not configured, which does only where it needs no key%s")
              .formatted(provider, Nearest.hint(provider, providerKeys.keySet())));
    }
  }

  /** The ids of a provider's keys, which may be written as ids, as names, or as {@code *}. */
  List<String> providerKeys(Fields fields, String provider, List<String> written) {
    Map<String, String> ids = providerKeys.getOrDefault(provider, Map.of());
    List<String> resolved = new ArrayList<>();
    for (String text : written) {
      if (text.equals("*") && written.size() > 1) {
        fields.refuse("key_ids", "\"*\" allows every key and must stand alone");
      } else if (text.equals("*") || ids.containsValue(text)) {
        resolved.add(text);
      } else if (ids.containsKey(text)) {
        resolved.add(ids.get(text));
      } else {
        Collection<String> candidates = new ArrayList<>(ids.keySet());
        candidates.addAll(ids.values());
        fields.refuse(
            "key_ids",
            "provider '%s' has no key '%s'%s"
                .formatted(provider, text, Nearest.hint(text, candidates)));
      }
    }
    return resolved;
  }

  /** The id of a key of any provider, written as an id or as a name that is unique. */
  Optional<String> providerKey(Fields fields, String member, Optional<String> written) {
    if (written.isEmpty()) {
      return written;
    }
    Map<String, String> matches = new HashMap<>();
    providerKeys.forEach(
        (provider, ids) ->
            ids.forEach(
                (name, id) -> {
                  if (id.equals(written.get()) || name.equals(written.get())) {
                    matches.put(id, name);
                  }
                }));
    if (matches.size() != 1) {
      fields.refuse(
          member,
          matches.isEmpty()
              ? "no provider has a key '" + written.get() + "'"
              : "'"
                  + written.get()
                  + "' is a key of several providers, use its id: "
                  + matches.keySet());
      return Optional.empty();
    }
    return Optional.of(matches.keySet().iterator().next());
  }

  private void require(
      Fields fields, String member, Optional<String> id, String kind, Set<String> known) {
    if (wholeFile && id.isPresent() && !known.contains(id.get())) {
      fields.refuse(
          member,
          "there is no %s '%s' in this file%s"
              .formatted(kind, id.get(), Nearest.hint(id.get(), known)));
    }
  }
}
