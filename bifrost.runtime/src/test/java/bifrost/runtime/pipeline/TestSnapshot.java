package bifrost.runtime.pipeline;

import bifrost.api.model.Secret;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.Version;
import bifrost.api.snapshot.VirtualKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A snapshot of providers and keys, for tests of the request path. */
public final class TestSnapshot implements Snapshot, SnapshotOwner {
  private final Map<String, ProviderConfig> providers = new TreeMap<>();
  private final List<ProviderKey> keys = new ArrayList<>();
  private ClientSettings client = ClientSettings.DEFAULT;
  private Optional<VirtualKey> virtualKey = Optional.empty();

  /** Adds a provider with so many retries and without waits. */
  public TestSnapshot provider(String name, int retries) {
    providers.put(
        name,
        new ProviderConfig(
            name,
            Optional.empty(),
            NetworkSettings.DEFAULT,
            retries,
            Duration.ZERO,
            Duration.ZERO,
            2,
            0,
            Limits.NONE));
    return this;
  }

  /** Adds a key for these models. */
  public TestSnapshot key(String provider, String id, String... models) {
    keys.add(
        new ProviderKey(
            id,
            provider,
            id,
            Secret.of("secret-" + id),
            ModelFilter.of(List.of(models), List.of()),
            1,
            Map.of("alias", "real-name"),
            Map.of()));
    return this;
  }

  /** Sets the one virtual key. */
  public TestSnapshot virtualKey(VirtualKey key) {
    virtualKey = Optional.of(key);
    return this;
  }

  /** Sets the gateway's own settings. */
  public TestSnapshot client(ClientSettings settings) {
    client = settings;
    return this;
  }

  @Override
  public long revision() {
    return 1;
  }

  @Override
  public Optional<ProviderConfig> provider(String name) {
    return Optional.ofNullable(providers.get(name));
  }

  @Override
  public Collection<ProviderConfig> providers() {
    return providers.values();
  }

  @Override
  public List<ProviderKey> keys(String provider) {
    return keys.stream().filter(key -> key.provider().equals(provider)).toList();
  }

  @Override
  public Optional<VirtualKey> virtualKey(KeyHash hash) {
    return Optional.empty();
  }

  @Override
  public Optional<Team> team(String id) {
    return Optional.empty();
  }

  @Override
  public Optional<Customer> customer(String id) {
    return Optional.empty();
  }

  @Override
  public List<RoutingRule> routingRules() {
    return List.of();
  }

  @Override
  public ClientSettings client() {
    return client;
  }

  @Override
  public Optional<AuthSettings> auth() {
    return Optional.empty();
  }

  @Override
  public <E extends Entity> Optional<E> find(Class<E> type, String id) {
    return virtualKey.filter(key -> type.isInstance(key) && key.id().equals(id)).map(type::cast);
  }

  @Override
  public <E extends Entity> Iterable<E> all(Class<E> type) {
    return List.of();
  }

  @Override
  public int count(EntityType type) {
    return 0;
  }

  @Override
  public Snapshot current() {
    return this;
  }

  @Override
  public Written put(Entity entity, Optional<Version> expected) {
    throw new IllegalStateException("not changed in tests");
  }

  @Override
  public Written remove(EntityType type, String id, Optional<Version> expected) {
    throw new IllegalStateException("not changed in tests");
  }

  @Override
  public List<Change> merge(List<Change> changes) {
    throw new IllegalStateException("not changed in tests");
  }

  @Override
  public Version version(EntityType type, String id) {
    return Version.NEVER;
  }
}
