package bifrost.runtime.snapshot;

import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.VirtualKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Keeps the indexes of virtual keys, by hash and by name, while a snapshot is edited. */
final class VirtualKeyIndex {
  private final PersistentMap.Builder<KeyHash, Object> hashes;
  private final PersistentMap.Builder<String, String> names;

  VirtualKeyIndex(Indexes before) {
    this.hashes = before.keyHashes().toBuilder();
    this.names = before.keyNames().toBuilder();
  }

  /** Takes the new state of one id; {@code null} where there is none. */
  void replace(VirtualKey old, VirtualKey key) {
    if (old != null) {
      setHolders(old.hash(), without(holders(old.hash()), old.id()));
      if (old.id().equals(names.get(old.name()))) {
        names.remove(old.name());
      }
    }
    if (key != null) {
      List<VirtualKey> holders = without(holders(key.hash()), key.id());
      holders.add(key);
      setHolders(key.hash(), holders);
      names.put(key.name(), key.id());
    }
  }

  PersistentMap<KeyHash, Object> hashes() {
    return hashes.build();
  }

  PersistentMap<String, String> names() {
    return names.build();
  }

  private List<VirtualKey> holders(KeyHash hash) {
    List<VirtualKey> holders = new ArrayList<>(1);
    switch (hashes.get(hash)) {
      case null -> {
        // nobody
      }
      case VirtualKey one -> holders.add(one);
      case Object several -> ((List<?>) several).forEach(key -> holders.add((VirtualKey) key));
    }
    return holders;
  }

  private void setHolders(KeyHash hash, List<VirtualKey> holders) {
    if (holders.isEmpty()) {
      hashes.remove(hash);
    } else if (holders.size() == 1) {
      hashes.put(holders.get(0).hash(), holders.get(0));
    } else {
      holders.sort(Comparator.comparing(VirtualKey::id));
      hashes.put(hash, List.copyOf(holders));
    }
  }

  private static List<VirtualKey> without(List<VirtualKey> holders, String id) {
    holders.removeIf(key -> key.id().equals(id));
    return holders;
  }
}
