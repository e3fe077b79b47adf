package bifrost.runtime.snapshot;

import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.ConfigurationReplica;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.Version;
import bifrost.api.snapshot.VirtualKey;
import bifrost.runtime.snapshot.codec.Shared;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The snapshot: the rows of each kind, and the indexes over them. */
public final class MapSnapshot implements Snapshot {
  /** No configuration at all. */
  public static final MapSnapshot EMPTY = new SnapshotEditor().build(0);

  private final long revision;
  private final PersistentIndex<String, Row>[] rows;
  private final int[] counts;
  private final Indexes indexes;
  private final VersionDigest digest;
  private final Shared shared;
  private final ClientSettings client;
  private final Optional<AuthSettings> auth;

  MapSnapshot(
      long revision,
      PersistentIndex<String, Row>[] rows,
      int[] counts,
      Indexes indexes,
      VersionDigest digest,
      Shared shared) {
    this.revision = revision;
    this.rows = rows;
    this.counts = counts;
    this.indexes = indexes;
    this.digest = digest;
    this.shared = shared;
    this.client = find(ClientSettings.class, ClientSettings.ID).orElse(ClientSettings.DEFAULT);
    this.auth = find(AuthSettings.class, AuthSettings.ID);
  }

  /** An editor that starts with this content. */
  public SnapshotEditor edit() {
    return new SnapshotEditor(rows, counts, indexes, digest, shared);
  }

  /** The version of an id, living or ended; {@link Version#NEVER} when there was none. */
  public Version version(EntityType type, String id) {
    Row row = rows[type.ordinal()].get(id);
    return row == null ? Version.NEVER : row.version();
  }

  /** A digest of all versions. */
  VersionDigest digest() {
    return digest;
  }

  /** How many rows there are, tombstones among them. */
  long rows() {
    return Arrays.stream(rows).mapToLong(PersistentIndex::size).sum();
  }

  /** What an id is now, living or ended. */
  Optional<Change> change(EntityType type, String id) {
    return Optional.ofNullable(rows[type.ordinal()].get(id))
        .map(row -> new Change(type, id, row.version(), Optional.ofNullable(row.peek())));
  }

  /** What a version has replaced; empty when it is not what there is now, or was loaded. */
  Optional<Version> replaced(EntityType type, String id, Version version) {
    return Optional.ofNullable(rows[type.ordinal()].get(id))
        .filter(row -> row.version().equals(version))
        .map(Row::replaced);
  }

  /** The versions of all ids in some buckets of the digest, living or ended. */
  List<ConfigurationReplica.Versioned> versions(Set<Integer> buckets) {
    List<ConfigurationReplica.Versioned> found = new ArrayList<>();
    for (EntityType type : EntityType.values()) {
      rows[type.ordinal()].forEach(
          row -> {
            String id = row.id();
            if (buckets.contains(VersionDigest.bucket(type, id))) {
              found.add(new ConfigurationReplica.Versioned(type, id, row.version()));
            }
          });
    }
    return found;
  }

  /** The id of the virtual key with a name. */
  Optional<String> virtualKeyNamed(String name) {
    return Optional.ofNullable(indexes.names().get(name)).map(KeyRow::id);
  }

  /** The id of a virtual key that belongs to a team. */
  Optional<String> keyOfTeam(String team) {
    return keyThat(key -> key.isOfTeam(team));
  }

  /** The id of a virtual key that belongs to a customer, not by its team. */
  Optional<String> keyOfCustomer(String customer) {
    return keyThat(key -> key.isOfCustomer(customer));
  }

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public Optional<ProviderConfig> provider(String name) {
    return find(ProviderConfig.class, name);
  }

  @Override
  public Collection<ProviderConfig> providers() {
    return indexes.providers();
  }

  @Override
  public List<ProviderKey> keys(String provider) {
    return indexes.keys(provider);
  }

  @Override
  public Optional<VirtualKey> virtualKey(KeyHash hash) {
    SecretHolder found = indexes.secrets().get(hash);
    return found == null ? Optional.empty() : Optional.of(found.holder().entity());
  }

  @Override
  public Optional<Team> team(String id) {
    return find(Team.class, id);
  }

  @Override
  public Optional<Customer> customer(String id) {
    return find(Customer.class, id);
  }

  @Override
  public List<RoutingRule> routingRules() {
    return indexes.routingRules();
  }

  @Override
  public ClientSettings client() {
    return client;
  }

  @Override
  public Optional<AuthSettings> auth() {
    return auth;
  }

  @Override
  public <E extends Entity> Optional<E> find(Class<E> type, String id) {
    Row row = rows(type).get(id);
    return row == null ? Optional.empty() : Optional.ofNullable(type.cast(row.entity()));
  }

  @Override
  public <E extends Entity> Iterable<E> all(Class<E> type) {
    PersistentIndex<String, Row> index = rows(type);
    return () -> new Living<>(type, index.entries().iterator());
  }

  @Override
  public int count(EntityType type) {
    return counts[type.ordinal()];
  }

  /** Walks over all that is known, tombstones included, kind by kind. */
  public void forEachRow(Consumer<Change> rows) {
    for (EntityType type : EntityType.values()) {
      this.rows[type.ordinal()].forEach(
          row ->
              rows.accept(
                  new Change(type, row.id(), row.version(), Optional.ofNullable(row.peek()))));
    }
  }

  /** How many entities there are, of every kind. */
  public int total() {
    return Arrays.stream(counts).sum();
  }

  /** Looks at packed keys, since there may be a million. */
  private Optional<String> keyThat(Predicate<KeyRow> wanted) {
    for (Row row : rows[EntityType.VIRTUAL_KEY.ordinal()].entries()) {
      if (row instanceof KeyRow key && wanted.test(key)) {
        return Optional.of(key.id());
      }
    }
    return Optional.empty();
  }

  private PersistentIndex<String, Row> rows(Class<? extends Entity> type) {
    return rows[EntityType.of(type).ordinal()];
  }

  /** Leaves out what has ended. */
  private static final class Living<E> implements Iterator<E> {
    private final Class<E> type;
    private final Iterator<Row> rows;
    private E next;

    private Living(Class<E> type, Iterator<Row> rows) {
      this.type = type;
      this.rows = rows;
      advance();
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public E next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      E result = next;
      advance();
      return result;
    }

    private void advance() {
      next = null;
      while (next == null && rows.hasNext()) {
        next = type.cast(rows.next().peek());
      }
    }
  }
}
