package bifrost.sync.membership.wire;

import java.util.Objects;

/** The keys and the label of this node; the keys can be changed while it runs. */
public final class Security {
  private final Label label;
  private volatile Keyring keys;

  /** With the keys to start with. */
  public Security(Label label, Keyring keys) {
    this.label = Objects.requireNonNull(label, "label is null");
    this.keys = Objects.requireNonNull(keys, "keys is null");
  }

  /** The keys of now. */
  public Keyring keys() {
    return keys;
  }

  /** The cluster's label. */
  public Label label() {
    return label;
  }

  /**
   * Replaces the keys.
   *
   * @throws IllegalArgumentException when that would turn encryption on or off, which would split
   *     the cluster
   */
  public void replace(Keyring next) {
    if (next.isEmpty() != keys.isEmpty()) {
      throw new IllegalArgumentException(
          "encryption cannot be turned on or off while running, restart all nodes for that");
    }
    keys = next;
  }
}
