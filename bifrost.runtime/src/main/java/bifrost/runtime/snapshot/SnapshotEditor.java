package bifrost.runtime.snapshot;

import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Version;
import bifrost.api.snapshot.VirtualKey;
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

  private final PersistentMap<String, Row>[] base;
  private final PersistentMap.Builder<String, Row>[] rows;
  private final int[] counts;
  private final Indexes before;
  private final VirtualKeyIndex virtualKeys;
  private final VersionDigest.Builder digest;
  private final boolean loading;
  private final Map<String, TreeMap<String, ProviderKey>> providerKeys = new HashMap<>();
  private boolean providersTouched;
  private boolean rulesTouched;

  /** An editor that starts with nothing. */
  SnapshotEditor() {
    this(emptyMaps(), new int[EntityType.values().length], Indexes.EMPTY, VersionDigest.EMPTY);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  SnapshotEditor(
      PersistentMap<String, Row>[] base, int[] counts, Indexes before, VersionDigest digest) {
    this.base = base;
    this.rows = new PersistentMap.Builder[base.length];
    this.counts = counts.clone();
    this.before = before;
    this.virtualKeys = new VirtualKeyIndex(before);
    this.digest = digest.toBuilder();
    this.loading = Arrays.stream(base).allMatch(map -> map.size() == 0);
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
    PersistentMap.Builder<String, Row> map = rows(type);
    Row old = map.get(id);
    if (old != null && !version.isAfter(old.version())) {
      return false;
    }
    map.put(id, new Row(version, entity, replaced(old)));
    digest.replace(type, id, old == null ? null : old.version(), version);
    Entity oldEntity = old == null ? null : old.entity();
    counts[type.ordinal()] += (entity == null ? 0 : 1) - (oldEntity == null ? 0 : 1);
    index(type, oldEntity, entity);
    return true;
  }

  /** The version of an id as it is now; {@link Version#NEVER} when there is none. */
  public Version version(EntityType type, String id) {
    Row row = rows(type).get(id);
    return row == null ? Version.NEVER : row.version();
  }

  /** The snapshot with all that was applied. */
  public MapSnapshot build(long revision) {
    PersistentMap<String, Row>[] built = base.clone();
    for (int i = 0; i < built.length; i++) {
      if (rows[i] != null) {
        built[i] = rows[i].build();
      }
    }
    Indexes indexes =
        new Indexes(
            virtualKeys.hashes(),
            virtualKeys.names(),
            builtProviderKeys(),
            providersTouched ? sortedProviders(built) : before.providers(),
            rulesTouched ? sortedRules(built) : before.routingRules());
    return new MapSnapshot(revision, built, counts.clone(), indexes, digest.build());
  }

  /** Nothing is known of what a load replaces. */
  private Version replaced(Row old) {
    if (old != null) {
      return old.version();
    }
    return loading ? null : Version.NEVER;
  }

  private void index(EntityType type, Entity old, Entity entity) {
    switch (type) {
      case VIRTUAL_KEY -> virtualKeys.replace((VirtualKey) old, (VirtualKey) entity);
      case PROVIDER_KEY -> {
        if (old instanceof ProviderKey key) {
          keysOf(key.provider()).remove(key.id());
        }
        if (entity instanceof ProviderKey key) {
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
          List<ProviderKey> known = before.providerKeys().get(name);
          if (known != null) {
            known.forEach(key -> keys.put(key.id(), key));
          }
          return keys;
        });
  }

  private PersistentMap<String, List<ProviderKey>> builtProviderKeys() {
    PersistentMap.Builder<String, List<ProviderKey>> map = before.providerKeys().toBuilder();
    providerKeys.forEach(
        (provider, keys) -> {
          if (keys.isEmpty()) {
            map.remove(provider);
          } else {
            map.put(provider, List.copyOf(keys.values()));
          }
        });
    return map.build();
  }

  private static List<ProviderConfig> sortedProviders(PersistentMap<String, Row>[] rows) {
    List<ProviderConfig> sorted = living(rows, EntityType.PROVIDER, ProviderConfig.class);
    sorted.sort(Comparator.comparing(ProviderConfig::id));
    return List.copyOf(sorted);
  }

  private static List<RoutingRule> sortedRules(PersistentMap<String, Row>[] rows) {
    List<RoutingRule> sorted = living(rows, EntityType.ROUTING_RULE, RoutingRule.class);
    sorted.sort(RULE_ORDER);
    return List.copyOf(sorted);
  }

  private static <E extends Entity> List<E> living(
      PersistentMap<String, Row>[] rows, EntityType type, Class<E> kind) {
    List<E> living = new ArrayList<>();
    for (Row row : rows[type.ordinal()].values()) {
      if (!row.isTombstone()) {
        living.add(kind.cast(row.entity()));
      }
    }
    return living;
  }

  private PersistentMap.Builder<String, Row> rows(EntityType type) {
    int i = type.ordinal();
    if (rows[i] == null) {
      rows[i] = base[i].toBuilder();
    }
    return rows[i];
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static PersistentMap<String, Row>[] emptyMaps() {
    PersistentMap<String, Row>[] maps = new PersistentMap[EntityType.values().length];
    Arrays.fill(maps, PersistentMap.empty());
    return maps;
  }
}
