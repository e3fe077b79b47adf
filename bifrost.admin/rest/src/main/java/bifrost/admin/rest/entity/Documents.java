package bifrost.admin.rest.entity;

import bifrost.admin.rest.frame.EntityTags;
import bifrost.admin.rest.frame.JsonBodies;
import bifrost.api.model.Json;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityFormat;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.api.snapshot.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Entities as the objects that are sent and received. */
@Component(service = Documents.class)
public final class Documents {
  private final EntityFormat format;
  private final SnapshotOwner snapshots;
  private final LimitUsage usage;
  private final JsonBodies json = new JsonBodies();

  /** Wires the component. */
  @Activate
  public Documents(
      @Reference(name = "format") EntityFormat format,
      @Reference(name = "snapshots") SnapshotOwner snapshots,
      @Reference(name = "usage") LimitUsage usage) {
    this.format = format;
    this.snapshots = snapshots;
    this.usage = usage;
  }

  /** The object of an entity as it is written, without anything else. */
  public Map<String, Object> plain(Entity entity) {
    return json.object(format.write(entity).text().getBytes(StandardCharsets.UTF_8));
  }

  /** The object that is shown: with the use of its limits, its version and its time. */
  public Map<String, Object> shown(Entity entity) {
    Map<String, Object> object = plain(entity);
    usage.addTo(object, entity);
    Version version = snapshots.version(entity.type(), entity.id());
    object.put("updated_at", Instant.ofEpochMilli(version.millis()).toString());
    object.put("version", EntityTags.bare(version));
    return object;
  }

  /** The entity of an object. */
  public EntityFormat.Read read(
      EntityType type, Map<String, Object> object, Optional<Entity> before) {
    String text = new String(json.bytes(object), StandardCharsets.UTF_8);
    return format.read(type, new Json(text), before);
  }
}
