package bifrost.runtime.snapshot;

import java.util.Arrays;

/**
 * A node of a {@link PersistentMap}: up to 32 slots, each empty, an entry or a child.
 *
 * <p>Two bitmaps say which; entries stand in front as key and value, children at the end in
 * reverse. Below the last level, where hashes are used up, a node is a plain list of entries. A
 * node that belongs to the builder at hand is changed in place, any other is copied.
 */
final class TrieNode {
  static final TrieNode EMPTY = new TrieNode(0, 0, new Object[0], null);

  private static final int BITS = 5;
  private static final int MASK = (1 << BITS) - 1;
  private static final int HASH_BITS = 32;

  private int entries;
  private int children;
  private Object[] slots;
  private final Object owner;

  private TrieNode(int entries, int children, Object[] slots, Object owner) {
    this.entries = entries;
    this.children = children;
    this.slots = slots;
    this.owner = owner;
  }

  /** Spreads a key's hash, since the lowest bits are used first. */
  static int hash(Object key) {
    int hash = key.hashCode() * 0x9E3779B9;
    return hash ^ (hash >>> 16);
  }

  Object[] slots() {
    return slots;
  }

  /** How many slots, from the front, hold keys and values; children follow. */
  int entrySlots(int shift) {
    return shift >= HASH_BITS ? slots.length : 2 * Integer.bitCount(entries);
  }

  static int deeper(int shift) {
    return shift + BITS;
  }

  Object find(Object key, int hash, int shift) {
    TrieNode node = this;
    for (int s = shift; s < HASH_BITS; s += BITS) {
      int bit = bit(hash, s);
      if ((node.entries & bit) != 0) {
        int at = node.entryAt(bit);
        return node.slots[at].equals(key) ? node.slots[at + 1] : null;
      }
      if ((node.children & bit) == 0) {
        return null;
      }
      node = node.child(bit);
    }
    int at = node.listed(key);
    return at < 0 ? null : node.slots[at + 1];
  }

  TrieNode put(Object key, Object value, int hash, int shift, Object editor) {
    if (shift >= HASH_BITS) {
      int at = listed(key);
      return at < 0
          ? with(entries, children, inserted(slots, slots.length, key, value), editor)
          : withSlot(at + 1, value, editor);
    }
    int bit = bit(hash, shift);
    if ((entries & bit) != 0) {
      int at = entryAt(bit);
      if (slots[at].equals(key)) {
        return withSlot(at + 1, value, editor);
      }
      TrieNode both = pair(slots[at], slots[at + 1], key, value, hash, shift + BITS, editor);
      return entryToChild(bit, both, editor);
    }
    if ((children & bit) != 0) {
      TrieNode child = child(bit);
      TrieNode changed = child.put(key, value, hash, shift + BITS, editor);
      return changed == child ? this : withSlot(childAt(bit), changed, editor);
    }
    int at = 2 * Integer.bitCount(entries & (bit - 1));
    return with(entries | bit, children, inserted(slots, at, key, value), editor);
  }

  TrieNode remove(Object key, int hash, int shift, Object editor) {
    if (shift >= HASH_BITS) {
      int at = listed(key);
      return at < 0 ? this : with(entries, children, without(slots, at, 2), editor);
    }
    int bit = bit(hash, shift);
    if ((entries & bit) != 0) {
      int at = entryAt(bit);
      return slots[at].equals(key)
          ? with(entries & ~bit, children, without(slots, at, 2), editor)
          : this;
    }
    if ((children & bit) == 0) {
      return this;
    }
    TrieNode child = child(bit);
    TrieNode changed = child.remove(key, hash, shift + BITS, editor);
    if (changed.isSingle(shift + BITS)) {
      return childToEntry(bit, changed, editor);
    }
    return changed == child ? this : withSlot(childAt(bit), changed, editor);
  }

  private boolean isSingle(int shift) {
    return slots.length == 2 && entrySlots(shift) == 2;
  }

  private static TrieNode pair(
      Object oldKey, Object oldValue, Object key, Object value, int hash, int shift, Object owner) {
    if (shift >= HASH_BITS) {
      return new TrieNode(0, 0, new Object[] {oldKey, oldValue, key, value}, owner);
    }
    int oldHash = hash(oldKey);
    int oldBit = bit(oldHash, shift);
    int bit = bit(hash, shift);
    if (oldBit == bit) {
      TrieNode below = pair(oldKey, oldValue, key, value, hash, shift + BITS, owner);
      return new TrieNode(0, bit, new Object[] {below}, owner);
    }
    boolean oldFirst = Integer.compareUnsigned(oldBit, bit) < 0;
    Object[] both =
        oldFirst
            ? new Object[] {oldKey, oldValue, key, value}
            : new Object[] {key, value, oldKey, oldValue};
    return new TrieNode(oldBit | bit, 0, both, owner);
  }

  private TrieNode entryToChild(int bit, TrieNode child, Object editor) {
    int from = entryAt(bit);
    int newEntries = entries & ~bit;
    int newChildren = children | bit;
    Object[] moved = new Object[slots.length - 1];
    int to = moved.length - 1 - Integer.bitCount(newChildren & (bit - 1));
    System.arraycopy(slots, 0, moved, 0, from);
    System.arraycopy(slots, from + 2, moved, from, to - from);
    moved[to] = child;
    System.arraycopy(slots, to + 2, moved, to + 1, moved.length - to - 1);
    return with(newEntries, newChildren, moved, editor);
  }

  private TrieNode childToEntry(int bit, TrieNode single, Object editor) {
    int from = childAt(bit);
    int newEntries = entries | bit;
    int newChildren = children & ~bit;
    Object[] moved = new Object[slots.length + 1];
    int to = 2 * Integer.bitCount(newEntries & (bit - 1));
    System.arraycopy(slots, 0, moved, 0, to);
    moved[to] = single.slots[0];
    moved[to + 1] = single.slots[1];
    System.arraycopy(slots, to, moved, to + 2, from - to);
    System.arraycopy(slots, from + 1, moved, from + 2, slots.length - from - 1);
    return with(newEntries, newChildren, moved, editor);
  }

  private TrieNode withSlot(int at, Object value, Object editor) {
    if (slots[at] == value) {
      return this;
    }
    if (owner == editor) {
      slots[at] = value;
      return this;
    }
    Object[] copy = slots.clone();
    copy[at] = value;
    return new TrieNode(entries, children, copy, editor);
  }

  private TrieNode with(int newEntries, int newChildren, Object[] newSlots, Object editor) {
    if (owner == editor) {
      entries = newEntries;
      children = newChildren;
      slots = newSlots;
      return this;
    }
    return new TrieNode(newEntries, newChildren, newSlots, editor);
  }

  private TrieNode child(int bit) {
    return (TrieNode) slots[childAt(bit)];
  }

  private int childAt(int bit) {
    return slots.length - 1 - Integer.bitCount(children & (bit - 1));
  }

  private int entryAt(int bit) {
    return 2 * Integer.bitCount(entries & (bit - 1));
  }

  private int listed(Object key) {
    for (int i = 0; i < slots.length; i += 2) {
      if (slots[i].equals(key)) {
        return i;
      }
    }
    return -1;
  }

  private static int bit(int hash, int shift) {
    return 1 << ((hash >>> shift) & MASK);
  }

  private static Object[] inserted(Object[] slots, int at, Object key, Object value) {
    Object[] more = new Object[slots.length + 2];
    System.arraycopy(slots, 0, more, 0, at);
    more[at] = key;
    more[at + 1] = value;
    System.arraycopy(slots, at, more, at + 2, slots.length - at);
    return more;
  }

  private static Object[] without(Object[] slots, int at, int count) {
    Object[] fewer = Arrays.copyOf(slots, slots.length - count);
    System.arraycopy(slots, at + count, fewer, at, slots.length - at - count);
    return fewer;
  }
}
