package bifrost.sync.membership.wire;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys of the cluster: the first one encrypts, all of them decrypt. Immutable.
 *
 * <p>A key is changed without an outage in three rounds over all nodes: add the new one, use it,
 * remove the old one.
 */
public final class Keyring {
  /** No key: nothing is encrypted. */
  public static final Keyring EMPTY = new Keyring(List.of());

  private static final int MAX_KEYS = 8;

  private final List<byte[]> keys;

  private Keyring(List<byte[]> keys) {
    this.keys = keys;
  }

  /**
   * A ring of keys.
   *
   * @param keys 16, 24 or 32 bytes each; the first one encrypts
   */
  public static Keyring of(List<byte[]> keys) {
    Keyring ring = EMPTY;
    for (byte[] key : keys) {
      ring = ring.add(key);
    }
    return ring;
  }

  /** The same with one more key to decrypt with; the first key of an empty ring encrypts too. */
  public Keyring add(byte[] key) {
    if (key.length != 16 && key.length != 24 && key.length != 32) {
      throw new IllegalArgumentException(
          "a key of " + key.length + " bytes, use 16, 24 or 32 bytes");
    }
    if (indexOf(key) >= 0) {
      return this;
    }
    if (keys.size() == MAX_KEYS) {
      throw new IllegalArgumentException("more than " + MAX_KEYS + " keys, remove old ones");
    }
    List<byte[]> more = new ArrayList<>(keys);
    more.add(key.clone());
    return new Keyring(List.copyOf(more));
  }

  /** The same, encrypting with a key that is in the ring. */
  public Keyring use(byte[] key) {
    int index = indexOf(key);
    if (index < 0) {
      throw new IllegalArgumentException("the key is not in the ring, add it first");
    }
    List<byte[]> order = new ArrayList<>(keys);
    order.addFirst(order.remove(index));
    return new Keyring(List.copyOf(order));
  }

  /** The same without a key, which must not be the one that encrypts. */
  public Keyring remove(byte[] key) {
    int index = indexOf(key);
    if (index == 0) {
      throw new IllegalArgumentException("the key encrypts, use another one first");
    }
    if (index < 0) {
      return this;
    }
    List<byte[]> fewer = new ArrayList<>(keys);
    fewer.remove(index);
    return new Keyring(List.copyOf(fewer));
  }

  /** Whether there is no key. */
  public boolean isEmpty() {
    return keys.isEmpty();
  }

  /** How many keys there are. */
  public int size() {
    return keys.size();
  }

  byte[] primary() {
    return keys.getFirst();
  }

  List<byte[]> all() {
    return keys;
  }

  private int indexOf(byte[] key) {
    for (int i = 0; i < keys.size(); i++) {
      if (MessageDigest.isEqual(keys.get(i), key)) {
        return i;
      }
    }
    return -1;
  }
}
