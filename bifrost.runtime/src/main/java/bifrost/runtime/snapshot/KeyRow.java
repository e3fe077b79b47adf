package bifrost.runtime.snapshot;

import bifrost.api.snapshot.Version;
import bifrost.api.snapshot.VirtualKey;
import bifrost.runtime.snapshot.codec.Shared;
import bifrost.runtime.snapshot.packed.PackedKey;
import java.lang.ref.WeakReference;

/**
 * A virtual key, of which there may be a million: packed, and unpacked for as long as somebody
 * holds the key. Safe for any thread.
 */
final class KeyRow extends PackedKey implements Row, SecretHolder {
  /** How keys are found by their names. */
  static final Keying<String, KeyRow> BY_NAME =
      new Keying<>() {
        @Override
        public int hash(KeyRow row) {
          return row.nameHash();
        }

        @Override
        public boolean matches(KeyRow row, String name) {
          return row.hasName(name);
        }

        @Override
        public boolean same(KeyRow one, KeyRow other) {
          return one.nameHash() == other.nameHash() && one.hasName(other.name());
        }
      };

  private final long time;
  private final String node;
  private final Version replaced;

  /** Two threads may both unpack it; the key of one of them stays. */
  private volatile WeakReference<VirtualKey> unpacked;

  KeyRow(VirtualKey key, Version version, Version replaced, Shared shared) {
    super(key, shared);
    this.time = version.time();
    this.node = shared.one(version.node());
    this.replaced = replaced;
  }

  @Override
  public Version version() {
    return new Version(time, node);
  }

  /** The same key as long as somebody holds it. */
  @Override
  public VirtualKey entity() {
    VirtualKey key = known();
    if (key == null) {
      key = unpack();
      unpacked = new WeakReference<>(key);
    }
    return key;
  }

  @Override
  public VirtualKey peek() {
    VirtualKey key = known();
    return key == null ? unpack() : key;
  }

  @Override
  public Version replaced() {
    return replaced;
  }

  @Override
  public boolean isTombstone() {
    return false;
  }

  @Override
  public KeyRow holder() {
    return this;
  }

  private VirtualKey known() {
    WeakReference<VirtualKey> reference = unpacked;
    return reference == null ? null : reference.get();
  }
}
