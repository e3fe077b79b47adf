package bifrost.runtime.snapshot;

import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.Version;
import bifrost.api.snapshot.VirtualKey;
import bifrost.runtime.snapshot.codec.Shared;

/** What is known of an id. Immutable to whoever looks at it. */
sealed interface Row permits PlainRow, KeyRow {
  /** How rows of one kind are found. */
  Keying<String, Row> BY_ID =
      new Keying<>() {
        @Override
        public int hash(Row row) {
          return row.idHash();
        }

        @Override
        public boolean matches(Row row, String id) {
          return row.hasId(id);
        }

        @Override
        public boolean same(Row one, Row other) {
          return one.idHash() == other.idHash() && one.hasId(other.id());
        }
      };

  /** A row, in as little memory as its kind allows. */
  static Row of(String id, Version version, Entity entity, Version replaced, Shared shared) {
    return entity instanceof VirtualKey key
        ? new KeyRow(key, version, replaced, shared)
        : new PlainRow(id, version, entity, replaced);
  }

  /** Its id. */
  String id();

  /** Whether this is its id. */
  boolean hasId(String id);

  /** The hash code of its id. */
  int idHash();

  /** Its version. */
  Version version();

  /** Its entity; {@code null} when it has ended. */
  Entity entity();

  /** The same, for whoever walks over many and keeps none. */
  Entity peek();

  /** The version before it; {@code null} in a row that was loaded. */
  Version replaced();

  /** Whether it has ended. */
  boolean isTombstone();
}
