package bifrost.runtime.snapshot;

import bifrost.api.snapshot.KeyHash;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What answers to a secret: a virtual key, or several, which only a merge can bring about. */
sealed interface SecretHolder permits KeyRow, SecretHolder.Several {
  /** How holders are found by the hash of the secret. */
  Keying<KeyHash, SecretHolder> BY_HASH =
      new Keying<>() {
        @Override
        public int hash(SecretHolder entry) {
          return entry.holder().hash().hashCode();
        }

        @Override
        public boolean matches(SecretHolder entry, KeyHash hash) {
          return entry.holder().hasHash(hash);
        }

        @Override
        public boolean same(SecretHolder one, SecretHolder other) {
          return one.holder().hasHash(other.holder().hash());
        }
      };

  /** The key that answers: of several the one with the smallest id. */
  KeyRow holder();

  /** Every key with the secret. */
  default List<KeyRow> all() {
    return this instanceof Several several ? several.rows : List.of(holder());
  }

  /** The holder of some keys with one secret; {@code null} for none. */
  static SecretHolder of(Stream<KeyRow> rows) {
    List<KeyRow> sorted = rows.sorted(Comparator.comparing(KeyRow::id)).toList();
    return switch (sorted.size()) {
      case 0 -> null;
      case 1 -> sorted.get(0);
      default -> new Several(sorted);
    };
  }

  /**
   * Keys with one secret.
   *
   * @param rows in the order of their ids
   */
  record Several(List<KeyRow> rows) implements SecretHolder {
    @Override
    public KeyRow holder() {
      return rows.get(0);
    }
  }
}
