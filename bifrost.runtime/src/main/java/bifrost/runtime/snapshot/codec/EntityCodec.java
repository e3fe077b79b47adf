package bifrost.runtime.snapshot.codec;

import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.ModelConfig;
import bifrost.api.snapshot.PluginSettings;
import bifrost.api.snapshot.PriceOverride;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.VirtualKey;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.config.json.Fields;
import bifrost.runtime.config.json.JsonText;
import bifrost.runtime.config.json.JsonTree;
import bifrost.runtime.config.json.Problems;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Map;
import java.util.Optional;

/**
 * Turns entities into the text that stores keep, and back. Safe for any thread.
 *
 * <p>The text is {@code {"v":1, ...}}: a reader passes over fields that it does not know, and
 * refuses a greater {@code v}.
 */
public final class EntityCodec {
  private static final int FORMAT = 1;

  private final SecretBox box;
  private final Environment environment;
  private final Shared shared = new Shared();

  /**
   * A codec.
   *
   * @param box encrypts literal secrets
   * @param environment resolves the references of stored secrets
   */
  public EntityCodec(SecretBox box, Environment environment) {
    this.box = box;
    this.environment = environment;
  }

  /** Encrypts the secrets. */
  public SecretBox box() {
    return box;
  }

  /** A change as a row, written at run time: it carries no seed hash. */
  public StoredEntity row(Change change) {
    return row(change, "");
  }

  /** A change as a row that was seeded from a configuration file. */
  public StoredEntity row(Change change, String seedHash) {
    return new StoredEntity(
        change.type(), change.id(), change.version(), change.content().map(this::encode), seedHash);
  }

  /**
   * A row as the change that made it.
   *
   * @throws BadRowException when its content cannot be read
   * @throws bifrost.api.model.InvalidConfigException when its secrets are of another key
   */
  public Change change(StoredEntity row) throws BadRowException {
    if (row.content().isEmpty()) {
      return Change.remove(row.type(), row.id(), row.version());
    }
    Entity entity = decode(row.type(), row.id(), row.content().get());
    return new Change(row.type(), row.id(), row.version(), Optional.of(entity));
  }

  /** An entity's text. */
  public String encode(Entity entity) {
    Content out = new Content(place(entity.type(), entity.id()), box);
    out.put("v", FORMAT);
    switch (entity) {
      case ProviderConfig provider -> ProviderCodec.write(out, provider);
      case ProviderKey key -> ProviderCodec.write(out, key);
      case VirtualKey key -> VirtualKeyCodec.write(out, key);
      case Team team -> GovernanceCodec.write(out, team);
      case Customer customer -> GovernanceCodec.write(out, customer);
      case ModelConfig config -> GovernanceCodec.write(out, config);
      case RoutingRule rule -> GovernanceCodec.write(out, rule);
      case PriceOverride price -> GovernanceCodec.write(out, price);
      case ClientSettings client -> SettingsCodec.write(out, client);
      case AuthSettings auth -> SettingsCodec.write(out, auth);
      case PluginSettings plugin -> SettingsCodec.write(out, plugin);
    }
    return JsonText.of(out.members());
  }

  /**
   * The entity of a text.
   *
   * @throws BadRowException when it cannot be read
   * @throws bifrost.api.model.InvalidConfigException when its secrets are of another key
   */
  public Entity decode(EntityType type, String id, String text) throws BadRowException {
    Problems problems = new Problems();
    Optional<Map<String, Object>> members =
        JsonTree.object(text.getBytes(StandardCharsets.UTF_8), problems);
    if (members.isEmpty()) {
      throw bad(type, id, problems, null);
    }
    Fields fields = new Fields(members.get(), Environment.NONE, problems);
    if (fields.whole("v", 1, FORMAT).isEmpty()) {
      throw bad(type, id, problems, null);
    }
    try {
      Entity entity =
          read(type, id, new StoredFields(place(type, id), box, environment, shared, fields));
      if (problems.count() > 0) {
        throw bad(type, id, problems, null);
      }
      return entity;
    } catch (IllegalArgumentException | DateTimeException e) {
      throw bad(type, id, problems, e);
    }
  }

  private static Entity read(EntityType type, String id, StoredFields in) {
    return switch (type) {
      case PROVIDER -> ProviderCodec.provider(id, in);
      case PROVIDER_KEY -> ProviderCodec.key(id, in);
      case VIRTUAL_KEY -> VirtualKeyCodec.read(id, in);
      case TEAM -> GovernanceCodec.team(id, in);
      case CUSTOMER -> GovernanceCodec.customer(id, in);
      case MODEL_CONFIG -> GovernanceCodec.modelConfig(id, in);
      case ROUTING_RULE -> GovernanceCodec.routingRule(id, in);
      case PRICE -> GovernanceCodec.price(id, in);
      case CLIENT -> SettingsCodec.client(in);
      case AUTH -> SettingsCodec.auth(in);
      case PLUGIN -> SettingsCodec.plugin(id, in);
    };
  }

  private static BadRowException bad(
      EntityType type, String id, Problems problems, Exception cause) {
    String reason =
        problems.errors().stream()
            .findFirst()
            .map(Object::toString)
            .orElseGet(() -> cause == null ? "no format number 'v'" : cause.getMessage());
    return new BadRowException(
        "%s '%s' cannot be read: %s".formatted(type.label(), id, reason), cause);
  }

  private static String place(EntityType type, String id) {
    return type.label() + "/" + id;
  }
}
