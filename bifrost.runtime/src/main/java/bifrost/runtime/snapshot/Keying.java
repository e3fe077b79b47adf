package bifrost.runtime.snapshot;

/**
 * How an index finds its entries: each entry holds its own key, so that the index holds nothing but
 * entries.
 *
 * @param <K> the keys
 * @param <E> the entries
 */
interface Keying<K, E> {
  /** The hash code of the key of an entry. */
  int hash(E entry);

  /** Whether an entry has this key. */
  boolean matches(E entry, K key);

  /** Whether two entries have the same key. */
  boolean same(E one, E other);
}
