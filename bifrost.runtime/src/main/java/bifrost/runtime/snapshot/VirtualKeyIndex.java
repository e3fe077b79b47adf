package bifrost.runtime.snapshot;

import bifrost.api.snapshot.KeyHash;
import java.util.stream.Stream;

/** Keeps the indexes of virtual keys, by hash and by name, while a snapshot is edited. */
final class VirtualKeyIndex {
  private final PersistentIndex.Builder<KeyHash, SecretHolder> secrets;
  private final PersistentIndex.Builder<String, KeyRow> names;

  VirtualKeyIndex(Indexes before) {
    this.secrets = before.secrets().toBuilder();
    this.names = before.names().toBuilder();
  }

  void add(KeyRow row) {
    SecretHolder holder = secrets.get(row.hash());
    secrets.put(
        holder == null
            ? row
            : SecretHolder.of(Stream.concat(holder.all().stream(), Stream.of(row))));
    names.put(row);
  }

  void remove(KeyRow row) {
    KeyHash hash = row.hash();
    SecretHolder holder = secrets.get(hash);
    SecretHolder left =
        holder == null
            ? null
            : SecretHolder.of(holder.all().stream().filter(other -> other != row));
    if (left == null) {
      secrets.remove(hash);
    } else {
      secrets.put(left);
    }
    String name = row.name();
    if (names.get(name) == row) {
      names.remove(name);
    }
  }

  PersistentIndex<KeyHash, SecretHolder> secrets() {
    return secrets.build();
  }

  PersistentIndex<String, KeyRow> names() {
    return names.build();
  }
}
