package bifrost.governance;

import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.VirtualKey;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A snapshot of a list of entities. */
public final class TestSnapshot implements Snapshot {
  private final long revision;
  private final boolean enforceAuth;
  private final Map<Class<?>, Map<String, Entity>> entities = new HashMap<>();
  private final Map<KeyHash, VirtualKey> keys = new HashMap<>();

  /** Entities under a revision. */
  public TestSnapshot(long revision, boolean enforceAuth, Collection<? extends Entity> all) {
    this.revision = revision;
    this.enforceAuth = enforceAuth;
    for (Entity entity : all) {
      entities.computeIfAbsent(entity.getClass(), type -> new HashMap<>()).put(entity.id(), entity);
      if (entity instanceof VirtualKey key) {
        keys.put(key.hash(), key);
      }
    }
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
    return list(ProviderConfig.class);
  }

  @Override
  public List<ProviderKey> keys(String provider) {
    return list(ProviderKey.class).stream().filter(key -> key.provider().equals(provider)).toList();
  }

  @Override
  public Optional<VirtualKey> virtualKey(KeyHash hash) {
    return Optional.ofNullable(keys.get(hash));
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
    return list(RoutingRule.class);
  }

  @Override
  public ClientSettings client() {
    ClientSettings usual = ClientSettings.DEFAULT;
    return new ClientSettings(
        enforceAuth,
        usual.maxBodyBytes(),
        Duration.ofMinutes(10),
        usual.maxConcurrentRequests(),
        true,
        false,
        usual.logRetentionDays(),
        List.of(),
        List.of());
  }

  @Override
  public Optional<AuthSettings> auth() {
    return Optional.empty();
  }

  @Override
  public <E extends Entity> Optional<E> find(Class<E> type, String id) {
    return Optional.ofNullable(type.cast(entities.getOrDefault(type, Map.of()).get(id)));
  }

  @Override
  public <E extends Entity> Iterable<E> all(Class<E> type) {
    return list(type);
  }

  @Override
  public int count(EntityType type) {
    return (int)
        entities.values().stream()
            .flatMap(map -> map.values().stream())
            .filter(entity -> entity.type() == type)
            .count();
  }

  private <E extends Entity> List<E> list(Class<E> type) {
    return entities.getOrDefault(type, Map.of()).values().stream().map(type::cast).toList();
  }
}
