package bifrost.runtime.snapshot;

import java.util.Arrays;

/**
 * A node of a {@link PersistentIndex}: up to 32 slots, each empty, an entry or a child.
 *
 * <p>Two bitmaps say which; entries stand in front, children at the end in reverse. Below the last
 * level, where hashes are used up, a node is a plain list of entries. A node that belongs to the
 * edit at hand is changed in place, any other is copied.
 */
final class TrieNode {
  static final TrieNode EMPTY = new TrieNode(0, 0, new Object[0], null);

  private static final int BITS = 5;
  private static final int MASK = (1 << BITS) - 1;
  private static final int HASH_BITS = 32;

  private int entries;
  private int children;
  private Object[] slots;
  private final TrieEdit owner;

  private TrieNode(int entries, int children, Object[] slots, TrieEdit owner) {
    this.entries = entries;
    this.children = children;
    this.slots = slots;
    this.owner = owner;
  }

  /** Spreads a key's hash code, since the lowest bits are used first. */
  static int spread(int hashCode) {
    int hash = hashCode * 0x9E3779B9;
    return hash ^ (hash >>> 16);
  }

  Object[] slots() {
    return slots;
  }

  /** How many slots, from the front, hold entries; children follow. */
  int entrySlots(int shift) {
    return shift >= HASH_BITS ? slots.length : Integer.bitCount(entries);
  }

  static int deeper(int shift) {
    return shift + BITS;
  }

  /** The entry of a key, or {@code null}; this is the root. */
  Object find(Object key, int hash, Keying<Object, Object> keying) {
    TrieNode node = this;
    for (int shift = 0; shift < HASH_BITS; shift += BITS) {
      int bit = bit(hash, shift);
      if ((node.entries & bit) != 0) {
        Object entry = node.slots[node.entryAt(bit)];
        return keying.matches(entry, key) ? entry : null;
      }
      if ((node.children & bit) == 0) {
        return null;
      }
      node = node.child(bit);
    }
    for (Object entry : node.slots) {
      if (keying.matches(entry, key)) {
        return entry;
      }
    }
    return null;
  }

  TrieNode put(Object entry, int hash, int shift, TrieEdit edit) {
    if (shift >= HASH_BITS) {
      int at = listed(entry, edit);
      if (at >= 0) {
        return withSlot(at, entry, edit);
      }
      edit.grew();
      return with(entries, children, inserted(slots, slots.length, entry), edit);
    }
    int bit = bit(hash, shift);
    if ((entries & bit) != 0) {
      int at = entryAt(bit);
      Object known = slots[at];
      if (edit.keying().same(known, entry)) {
        return withSlot(at, entry, edit);
      }
      edit.grew();
      return entryToChild(bit, pair(known, entry, hash, shift + BITS, edit), edit);
    }
    if ((children & bit) != 0) {
      TrieNode child = child(bit);
      TrieNode changed = child.put(entry, hash, shift + BITS, edit);
      return changed == child ? this : withSlot(childAt(bit), changed, edit);
    }
    edit.grew();
    return with(entries | bit, children, inserted(slots, entryAt(bit), entry), edit);
  }

  /** Without the entry that has the same key; never an empty node, but for the root. */
  TrieNode remove(Object entry, int hash, int shift, TrieEdit edit) {
    if (shift >= HASH_BITS) {
      int at = listed(entry, edit);
      return at < 0 ? this : with(entries, children, without(slots, at), edit);
    }
    int bit = bit(hash, shift);
    if ((entries & bit) != 0) {
      int at = entryAt(bit);
      return edit.keying().same(slots[at], entry)
          ? with(entries & ~bit, children, without(slots, at), edit)
          : this;
    }
    if ((children & bit) == 0) {
      return this;
    }
    TrieNode child = child(bit);
    TrieNode changed = child.remove(entry, hash, shift + BITS, edit);
    if (changed.isSingle(shift + BITS)) {
      return childToEntry(bit, changed, edit);
    }
    return changed == child ? this : withSlot(childAt(bit), changed, edit);
  }

  private boolean isSingle(int shift) {
    return slots.length == 1 && entrySlots(shift) == 1;
  }

  private static TrieNode pair(Object known, Object entry, int hash, int shift, TrieEdit edit) {
    if (shift >= HASH_BITS) {
      return new TrieNode(0, 0, new Object[] {known, entry}, edit);
    }
    int knownBit = bit(spread(edit.keying().hash(known)), shift);
    int bit = bit(hash, shift);
    if (knownBit == bit) {
      TrieNode below = pair(known, entry, hash, shift + BITS, edit);
      return new TrieNode(0, bit, new Object[] {below}, edit);
    }
    boolean knownFirst = Integer.compareUnsigned(knownBit, bit) < 0;
    Object[] both = knownFirst ? new Object[] {known, entry} : new Object[] {entry, known};
    return new TrieNode(knownBit | bit, 0, both, edit);
  }

  private TrieNode entryToChild(int bit, TrieNode child, TrieEdit edit) {
    int from = entryAt(bit);
    int newEntries = entries & ~bit;
    int newChildren = children | bit;
    Object[] moved = slots.clone();
    int to = moved.length - 1 - Integer.bitCount(newChildren & (bit - 1));
    System.arraycopy(slots, from + 1, moved, from, to - from);
    moved[to] = child;
    return with(newEntries, newChildren, moved, edit);
  }

  private TrieNode childToEntry(int bit, TrieNode single, TrieEdit edit) {
    int from = childAt(bit);
    int newEntries = entries | bit;
    int newChildren = children & ~bit;
    Object[] moved = slots.clone();
    int to = Integer.bitCount(newEntries & (bit - 1));
    System.arraycopy(slots, to, moved, to + 1, from - to);
    moved[to] = single.slots[0];
    return with(newEntries, newChildren, moved, edit);
  }

  private TrieNode withSlot(int at, Object value, TrieEdit edit) {
    if (slots[at] == value) {
      return this;
    }
    if (owner == edit) {
      slots[at] = value;
      return this;
    }
    Object[] copy = slots.clone();
    copy[at] = value;
    return new TrieNode(entries, children, copy, edit);
  }

  private TrieNode with(int newEntries, int newChildren, Object[] newSlots, TrieEdit edit) {
    if (owner == edit) {
      entries = newEntries;
      children = newChildren;
      slots = newSlots;
      return this;
    }
    return new TrieNode(newEntries, newChildren, newSlots, edit);
  }

  private TrieNode child(int bit) {
    return (TrieNode) slots[childAt(bit)];
  }

  private int childAt(int bit) {
    return slots.length - 1 - Integer.bitCount(children & (bit - 1));
  }

  private int entryAt(int bit) {
    return Integer.bitCount(entries & (bit - 1));
  }

  private int listed(Object entry, TrieEdit edit) {
    for (int i = 0; i < slots.length; i++) {
      if (edit.keying().same(slots[i], entry)) {
        return i;
      }
    }
    return -1;
  }

  private static int bit(int hash, int shift) {
    return 1 << ((hash >>> shift) & MASK);
  }

  private static Object[] inserted(Object[] slots, int at, Object entry) {
    Object[] more = new Object[slots.length + 1];
    System.arraycopy(slots, 0, more, 0, at);
    more[at] = entry;
    System.arraycopy(slots, at, more, at + 1, slots.length - at);
    return more;
  }

  private static Object[] without(Object[] slots, int at) {
    Object[] fewer = Arrays.copyOf(slots, slots.length - 1);
    System.arraycopy(slots, at + 1, fewer, at, slots.length - at - 1);
    return fewer;
  }
}
