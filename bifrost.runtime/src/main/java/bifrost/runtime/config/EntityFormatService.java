package bifrost.runtime.config;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Json;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityFormat;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.api.snapshot.VirtualKey;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.config.json.Fields;
import bifrost.runtime.config.json.JsonText;
import bifrost.runtime.config.json.JsonTree;
import bifrost.runtime.config.json.Problems;
import bifrost.runtime.config.shape.EntityShape;
import bifrost.runtime.config.shape.MaskedSecrets;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Reads and writes single entities, with the readers of the configuration file. */
@Component(service = EntityFormat.class)
public final class EntityFormatService implements EntityFormat {
  private final SnapshotOwner snapshots;
  private final Environment environment;

  /** Wires the service. */
  @Activate
  public EntityFormatService(@Reference(name = "snapshots") SnapshotOwner snapshots) {
    this(snapshots, Environment.forSecrets(System::getenv));
  }

  /** With an environment of its own. */
  public EntityFormatService(SnapshotOwner snapshots, Environment environment) {
    this.snapshots = snapshots;
    this.environment = environment;
  }

  @Override
  public Json write(Entity entity) {
    return new Json(JsonText.of(EntityShape.of(entity)));
  }

  @Override
  public Read read(EntityType type, Json object, Optional<Entity> before) {
    Problems problems = new Problems();
    Map<String, Object> sent =
        JsonTree.object(object.text().getBytes(StandardCharsets.UTF_8), problems).orElse(Map.of());
    problems.throwIfAny("");
    Map<String, Object> members = new LinkedHashMap<>(sent);
    MaskedSecrets.prepare(members, before);
    Seeds seeds = new Seeds(environment);
    read(type, members, before, seeds, problems);
    problems.throwIfAny("");
    Entity entity = seeds.rows().get(0).content().get();
    return new Read(
        restored(entity, sent, before),
        problems.warnings().stream().map(Problems.Problem::toString).toList());
  }

  private void read(
      EntityType type,
      Map<String, Object> members,
      Optional<Entity> before,
      Seeds seeds,
      Problems problems) {
    LimitsReader limits = new LimitsReader();
    Snapshot snapshot = snapshots.current();
    KnownNames known = KnownNames.of(snapshot);
    GovernanceSection governance = new GovernanceSection(seeds, limits, known);
    switch (type) {
      case PROVIDER -> {
        String name = take(members, "name");
        Fields fields = new Fields(members, environment, problems);
        Ids.requireProvider(fields, "name", name);
        new ProviderSection(seeds, limits).readProvider(name, fields);
      }
      case PROVIDER_KEY -> {
        String provider = take(members, "provider");
        Fields fields = new Fields(members, environment, problems);
        new ProviderSection(seeds, limits).readKey(provider, fields);
      }
      case VIRTUAL_KEY -> {
        Fields fields = new Fields(members, environment, problems);
        new VirtualKeyReader(seeds, limits, known, before.map(e -> ((VirtualKey) e).hash()))
            .read(fields);
      }
      case TEAM -> governance.team(new Fields(members, environment, problems));
      case CUSTOMER -> governance.customer(new Fields(members, environment, problems));
      case MODEL_CONFIG -> governance.modelConfig(new Fields(members, environment, problems));
      case PRICE -> governance.price(new Fields(members, environment, problems));
      case ROUTING_RULE ->
          new RoutingRuleReader(seeds, known).read(new Fields(members, environment, problems));
      case CLIENT -> new ClientSection(seeds).read(new Fields(members, environment, problems));
      case AUTH ->
          AuthReader.read(
              new Fields(members, environment, problems),
              seeds,
              before.map(e -> ((AuthSettings) e).passwordHash()).orElse(Secret.EMPTY));
      case PLUGIN -> ConfigReader.plugin(new Fields(members, environment, problems), seeds);
    }
  }

  private static String take(Map<String, Object> members, String name) {
    if (members.remove(name) instanceof String text && !text.isBlank()) {
      return text;
    }
    throw new InvalidConfigException(name, "is missing");
  }

  private static Entity restored(Entity entity, Map<String, Object> sent, Optional<Entity> before) {
    return entity instanceof ProviderKey key ? MaskedSecrets.restore(key, sent, before) : entity;
  }
}
