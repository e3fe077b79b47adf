package bifrost.runtime.snapshot;

import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Version;
import bifrost.runtime.snapshot.Indexes.KeysOfProvider;
import bifrost.runtime.snapshot.codec.Shared;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes the next snapshot from the one before; what is not touched is shared. For one thread.
 *
 * <p>A row is taken only when its version is newer than what is there. Content is not checked: that
 * is its caller's part.
 */
public final class SnapshotEditor {
  private static final Comparator<RoutingRule> RULE_ORDER =
      Comparator.comparing(RoutingRule::scope)
          .thenComparingInt(RoutingRule::priority)
          .thenComparing(RoutingRule::id);

  private final PersistentIndex<String, Row>[] base;
  private final PersistentIndex.Builder<String, Row>[] rows;
  private final int[] counts;
  private final Indexes before;
  private final VirtualKeyIndex virtualKeys;
  private final VersionDigest.Builder digest;
  private final boolean loading;
  private final Shared shared;
  private final Map<String, TreeMap<String, ProviderKey>> providerKeys = new HashMap<>();
  private boolean providersTouched;
  private boolean rulesTouched;

  /** An editor that starts with nothing. */
  SnapshotEditor() {
    this(
        noRows(),
        new int[EntityType.values().length],
        Indexes.EMPTY,
        VersionDigest.EMPTY,
        new Shared());
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  SnapshotEditor(
      PersistentIndex<String, Row>[] base,
      int[] counts,
      Indexes before,
      VersionDigest digest,
      Shared shared) {
    this.base = base;
    this.rows = new PersistentIndex.Builder[base.length];
    this.counts = counts.clone();
    this.before = before;
    this.virtualKeys = new VirtualKeyIndex(before);
    this.digest = digest.toBuilder();
    this.loading = Arrays.stream(base).allMatch(index -> index.size() == 0);
    this.shared = loading ? new Shared() : shared;
  }

  /**
   * Applies a change.
   *
   * @return whether it was newer than what is there
   */
  public boolean apply(Change change) {
    return apply(change.type(), change.id(), change.version(), change.content().orElse(null));
  }

  /**
   * Applies a row.
   *
   * @param entity the content; {@code null} for a tombstone
   * @return whether it was newer than what is there
   */
  public boolean apply(EntityType type, String id, Version version, Entity entity) {
    PersistentIndex.Builder<String, Row> index = rows(type);
    Row old = index.get(id);
    if (old != null && !version.isAfter(old.version())) {
      return false;
    }
    Row row = Row.of(id, version, entity, replaced(old), shared);
    index.put(row);
    digest.replace(type, id, old == null ? null : old.version(), version);
    counts[type.ordinal()] += (row.isTombstone() ? 0 : 1) - (isLiving(old) ? 1 : 0);
    index(type, old, row);
    return true;
  }

  /** The version of an id as it is now; {@link Version#NEVER} when there is none. */
  public Version version(EntityType type, String id) {
    Row row = rows(type).get(id);
    return row == null ? Version.NEVER : row.version();
  }

  /** The snapshot with all that was applied. */
  public MapSnapshot build(long revision) {
    PersistentIndex<String, Row>[] built = base.clone();
    for (int i = 0; i < built.length; i++) {
      if (rows[i] != null) {
        built[i] = rows[i].build();
      }
    }
    Indexes indexes =
        new Indexes(
            virtualKeys.secrets(),
            virtualKeys.names(),
            builtProviderKeys(),
            providersTouched ? sortedProviders(built) : before.providers(),
            rulesTouched ? sortedRules(built) : before.routingRules());
    return new MapSnapshot(revision, built, counts.clone(), indexes, digest.build(), shared);
  }

  /** Nothing is known of what a load replaces. */
  private Version replaced(Row old) {
    if (old != null) {
      return old.version();
    }
    return loading ? null : Version.NEVER;
  }

  private static boolean isLiving(Row row) {
    return row != null && !row.isTombstone();
  }

  private void index(EntityType type, Row old, Row row) {
    switch (type) {
      case VIRTUAL_KEY -> {
        if (old instanceof KeyRow key) {
          virtualKeys.remove(key);
        }
        if (row instanceof KeyRow key) {
          virtualKeys.add(key);
        }
      }
      case PROVIDER_KEY -> {
        if (isLiving(old)) {
          ProviderKey key = (ProviderKey) old.entity();
          keysOf(key.provider()).remove(key.id());
        }
        if (isLiving(row)) {
          ProviderKey key = (ProviderKey) row.entity();
          keysOf(key.provider()).put(key.id(), key);
        }
      }
      case PROVIDER -> providersTouched = true;
      case ROUTING_RULE -> rulesTouched = true;
      default -> {
        // found by their ids only
      }
    }
  }

  private TreeMap<String, ProviderKey> keysOf(String provider) {
    return providerKeys.computeIfAbsent(
        provider,
        name -> {
          TreeMap<String, ProviderKey> keys = new TreeMap<>();
          before.keys(name).forEach(key -> keys.put(key.id(), key));
          return keys;
        });
  }

  private PersistentIndex<String, KeysOfProvider> builtProviderKeys() {
    PersistentIndex.Builder<String, KeysOfProvider> index = before.providerKeys().toBuilder();
    providerKeys.forEach(
        (provider, keys) -> {
          if (keys.isEmpty()) {
            index.remove(provider);
          } else {
            index.put(new KeysOfProvider(provider, List.copyOf(keys.values())));
          }
        });
    return index.build();
  }

  private static List<ProviderConfig> sortedProviders(PersistentIndex<String, Row>[] rows) {
    List<ProviderConfig> sorted = living(rows, EntityType.PROVIDER, ProviderConfig.class);
    sorted.sort(Comparator.comparing(ProviderConfig::id));
    return List.copyOf(sorted);
  }

  private static List<RoutingRule> sortedRules(PersistentIndex<String, Row>[] rows) {
    List<RoutingRule> sorted = living(rows, EntityType.ROUTING_RULE, RoutingRule.class);
    sorted.sort(RULE_ORDER);
    return List.copyOf(sorted);
  }

  private static <E extends Entity> List<E> living(
      PersistentIndex<String, Row>[] rows, EntityType type, Class<E> kind) {
    List<E> living = new ArrayList<>();
    for (Row row : rows[type.ordinal()].entries()) {
      if (!row.isTombstone()) {
        living.add(kind.cast(row.entity()));
      }
    }
    return living;
  }

  private PersistentIndex.Builder<String, Row> rows(EntityType type) {
    int i = type.ordinal();
    if (rows[i] == null) {
      rows[i] = base[i].toBuilder();
    }
    return rows[i];
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static PersistentIndex<String, Row>[] noRows() {
    PersistentIndex<String, Row>[] none = new PersistentIndex[EntityType.values().length];
    Arrays.fill(none, PersistentIndex.empty(Row.BY_ID));
    return none;
  }
}
