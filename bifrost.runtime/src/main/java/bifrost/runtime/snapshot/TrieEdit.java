package bifrost.runtime.snapshot;

/** A series of changes to a tree; nodes that it has made belong to it and are changed in place. */
final class TrieEdit {
  private final Keying<Object, Object> keying;
  private int growth;

  TrieEdit(Keying<Object, Object> keying) {
    this.keying = keying;
  }

  /** How entries are found. */
  Keying<Object, Object> keying() {
    return keying;
  }

  /** Notes that an entry has come without taking the place of another. */
  void grew() {
    growth++;
  }

  /** How many entries have come since this was last asked. */
  int takeGrowth() {
    int taken = growth;
    growth = 0;
    return taken;
  }
}
