package bifrost.runtime.snapshot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/**
 * An immutable hash index of entries that hold their own keys: a change makes a new index that
 * shares all but a few nodes with the old one.
 *
 * <p>A compressed hash-array mapped prefix tree (CHAMP). Keys and entries are never {@code null}.
 * Lookup and change take O(log32 n). A {@link Builder} changes its own nodes in place, for bulk
 * loads.
 */
final class PersistentIndex<K, E> {
  private final Keying<K, E> keying;
  private final TrieNode root;
  private final int size;

  private PersistentIndex(Keying<K, E> keying, TrieNode root, int size) {
    this.keying = keying;
    this.root = root;
    this.size = size;
  }

  /** An index without entries. */
  static <K, E> PersistentIndex<K, E> empty(Keying<K, E> keying) {
    return new PersistentIndex<>(keying, TrieNode.EMPTY, 0);
  }

  int size() {
    return size;
  }

  /** The entry of a key, or {@code null}. */
  E get(K key) {
    return find(root, keying, key);
  }

  PersistentIndex<K, E> put(E entry) {
    return toBuilder().put(entry).build();
  }

  PersistentIndex<K, E> remove(K key) {
    return toBuilder().remove(key).build();
  }

  /** A builder that starts with this index's content; takes constant time. */
  Builder<K, E> toBuilder() {
    return new Builder<>(keying, root, size);
  }

  /** The entries, in no particular order; walks, does not copy. */
  Iterable<E> entries() {
    return () -> new Entries<>(root);
  }

  /** Walks over all entries, in no particular order. */
  void forEach(Consumer<? super E> action) {
    visit(root, 0, action);
  }

  TrieNode root() {
    return root;
  }

  @SuppressWarnings("unchecked")
  private static <E> void visit(TrieNode node, int shift, Consumer<? super E> action) {
    Object[] slots = node.slots();
    int entrySlots = node.entrySlots(shift);
    for (int i = 0; i < entrySlots; i++) {
      action.accept((E) slots[i]);
    }
    for (int i = entrySlots; i < slots.length; i++) {
      visit((TrieNode) slots[i], TrieNode.deeper(shift), action);
    }
  }

  @SuppressWarnings("unchecked")
  private static <K, E> E find(TrieNode root, Keying<K, E> keying, K key) {
    return (E) root.find(key, TrieNode.spread(key.hashCode()), (Keying<Object, Object>) keying);
  }

  /** Collects changes, in place as far as nodes are its own. For one thread. */
  static final class Builder<K, E> {
    private final Keying<K, E> keying;
    private TrieNode root;
    private int size;
    private TrieEdit edit;

    private Builder(Keying<K, E> keying, TrieNode root, int size) {
      this.keying = keying;
      this.root = root;
      this.size = size;
      this.edit = edit();
    }

    E get(K key) {
      return find(root, keying, key);
    }

    /** Takes an entry, in place of the one with the same key. */
    Builder<K, E> put(E entry) {
      root = root.put(entry, TrieNode.spread(keying.hash(entry)), 0, edit);
      size += edit.takeGrowth();
      return this;
    }

    Builder<K, E> remove(K key) {
      E entry = get(key);
      if (entry != null) {
        root = root.remove(entry, TrieNode.spread(key.hashCode()), 0, edit);
        size--;
      }
      return this;
    }

    /** The index as it is now; further changes leave it alone. */
    PersistentIndex<K, E> build() {
      edit = edit();
      return size == 0 ? empty(keying) : new PersistentIndex<>(keying, root, size);
    }

    @SuppressWarnings("unchecked")
    private TrieEdit edit() {
      return new TrieEdit((Keying<Object, Object>) keying);
    }
  }

  /** Walks the tree with a stack of what is left to visit. */
  private static final class Entries<E> implements Iterator<E> {
    private final Deque<TrieNode> nodes = new ArrayDeque<>();
    private final Deque<Integer> shifts = new ArrayDeque<>();
    private TrieNode node;
    private int slot;
    private int entrySlots;

    private Entries(TrieNode root) {
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
    public E next() {
      if (node == null) {
        throw new NoSuchElementException();
      }
      E entry = (E) node.slots()[slot++];
      if (slot >= entrySlots) {
        open();
      }
      return entry;
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
