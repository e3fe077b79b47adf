package bifrost.runtime.snapshot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.BiConsumer;

/**
 * An immutable hash map: a change makes a new map that shares all but a few nodes with the old one.
 *
 * <p>A compressed hash-array mapped prefix tree (CHAMP). Keys and values are never {@code null}.
 * Lookup and change take O(log32 n). A {@link Builder} changes its own nodes in place, for bulk
 * loads.
 */
final class PersistentMap<K, V> {
  private static final PersistentMap<?, ?> EMPTY = new PersistentMap<>(TrieNode.EMPTY, 0);

  private final TrieNode root;
  private final int size;

  private PersistentMap(TrieNode root, int size) {
    this.root = root;
    this.size = size;
  }

  @SuppressWarnings("unchecked")
  static <K, V> PersistentMap<K, V> empty() {
    return (PersistentMap<K, V>) EMPTY;
  }

  int size() {
    return size;
  }

  /** The value of a key, or {@code null}. */
  @SuppressWarnings("unchecked")
  V get(K key) {
    return (V) root.find(key, TrieNode.hash(key), 0);
  }

  PersistentMap<K, V> put(K key, V value) {
    return toBuilder().put(key, value).build();
  }

  PersistentMap<K, V> remove(K key) {
    return toBuilder().remove(key).build();
  }

  /** A builder that starts with this map's content; takes constant time. */
  Builder<K, V> toBuilder() {
    return new Builder<>(root, size);
  }

  /** The values, in no particular order; walks, does not copy. */
  Iterable<V> values() {
    return () -> new Values<>(root);
  }

  /** Walks over all entries, in no particular order. */
  void forEach(BiConsumer<? super K, ? super V> action) {
    visit(root, 0, action);
  }

  @SuppressWarnings("unchecked")
  private void visit(TrieNode node, int shift, BiConsumer<? super K, ? super V> action) {
    Object[] slots = node.slots();
    int entrySlots = node.entrySlots(shift);
    for (int i = 0; i < entrySlots; i += 2) {
      action.accept((K) slots[i], (V) slots[i + 1]);
    }
    for (int i = entrySlots; i < slots.length; i++) {
      visit((TrieNode) slots[i], TrieNode.deeper(shift), action);
    }
  }

  TrieNode root() {
    return root;
  }

  /** Collects changes, in place as far as nodes are its own. For one thread. */
  static final class Builder<K, V> {
    private TrieNode root;
    private int size;
    private Object owner = new Object();

    private Builder(TrieNode root, int size) {
      this.root = root;
      this.size = size;
    }

    @SuppressWarnings("unchecked")
    V get(K key) {
      return (V) root.find(key, TrieNode.hash(key), 0);
    }

    Builder<K, V> put(K key, V value) {
      int hash = TrieNode.hash(key);
      if (root.find(key, hash, 0) == null) {
        size++;
      }
      root = root.put(key, value, hash, 0, owner);
      return this;
    }

    Builder<K, V> remove(K key) {
      int hash = TrieNode.hash(key);
      if (root.find(key, hash, 0) != null) {
        size--;
        root = root.remove(key, hash, 0, owner);
      }
      return this;
    }

    /** The map as it is now; further changes leave it alone. */
    PersistentMap<K, V> build() {
      owner = new Object();
      return size == 0 ? empty() : new PersistentMap<>(root, size);
    }
  }

  /** Walks the tree with a stack of what is left to visit. */
  private static final class Values<V> implements Iterator<V> {
    private final Deque<TrieNode> nodes = new ArrayDeque<>();
    private final Deque<Integer> shifts = new ArrayDeque<>();
    private TrieNode node;
    private int slot;
    private int entrySlots;

    private Values(TrieNode root) {
      nodes.push(root);
      shifts.push(0);
      open();
    }

    @Override
    public boolean hasNext() {
      return node != null;
    }

    @Override
    @SuppressWarnings("unchecked")
    public V next() {
      if (node == null) {
        throw new NoSuchElementException();
      }
      V value = (V) node.slots()[slot + 1];
      slot += 2;
      if (slot >= entrySlots) {
        open();
      }
      return value;
    }

    /** Goes on to the next node that has entries. */
    private void open() {
      node = null;
      while (node == null && !nodes.isEmpty()) {
        TrieNode next = nodes.pop();
        int shift = shifts.pop();
        entrySlots = next.entrySlots(shift);
        Object[] slots = next.slots();
        for (int i = entrySlots; i < slots.length; i++) {
          nodes.push((TrieNode) slots[i]);
          shifts.push(TrieNode.deeper(shift));
        }
        if (entrySlots > 0) {
          node = next;
          slot = 0;
        }
      }
    }
  }
}
