package bifrost.api.snapshot;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The whole configuration at one moment, immutable.
 *
 * <p>Implemented by the core, which alone makes and replaces it; read by everyone. A request takes
 * one snapshot and is served with it to its end. Every method is safe for any thread, never blocks,
 * and returns no {@code null}.
 */
@ProviderType
public interface Snapshot {
  /** Grows with each change on this node; says nothing about other nodes. */
  long revision();

  /** A provider's configuration by its name. */
  Optional<ProviderConfig> provider(String name);

  /** All configured providers, in the order of their names. */
  Collection<ProviderConfig> providers();

  /** The keys of a provider, in the order of their ids; empty for an unknown one. */
  List<ProviderKey> keys(String provider);

  /** The virtual key whose secret has this hash. */
  Optional<VirtualKey> virtualKey(KeyHash hash);

  /** A team by its id. */
  Optional<Team> team(String id);

  /** A customer by its id. */
  Optional<Customer> customer(String id);

  /** The routing rules, in the order in which they are tried. */
  List<RoutingRule> routingRules();

  /** The settings of the gateway itself. */
  ClientSettings client();

  /** The admin credentials, where any are set. */
  Optional<AuthSettings> auth();

  /**
   * An entity of any kind.
   *
   * @param type its class
   * @param id its id
   */
  <E extends Entity> Optional<E> find(Class<E> type, String id);

  /**
   * All entities of a kind, in no particular order; walks, does not copy.
   *
   * @param type their class
   */
  <E extends Entity> Iterable<E> all(Class<E> type);

  /** How many entities of a kind there are. */
  int count(EntityType type);
}
