package bifrost.sync.replication.message;

import bifrost.api.snapshot.Version;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A versioned change of one entity as it travels.
 *
 * @param type the label of its kind; a kind that the receiver does not know is passed over
 * @param id its id
 * @param version who wrote it and when
 * @param content its text, which carries the number of its format, secrets encrypted; empty for a
 *     tombstone
 * @param replaced versions that its writers had seen before it, the newest first; what a receiver
 *     has and they had not seen was a concurrent edit
 */
public record ChangeEntry(
    String type, String id, Version version, Optional<String> content, List<Version> replaced) {
  /** Refuses what is out of bounds; copies the list. */
  public ChangeEntry {
    Bounds.text("change.type", type, 1, Bounds.MAX_TYPE);
    Bounds.text("change.id", id, 1, Bounds.MAX_ENTITY_ID);
    Objects.requireNonNull(version, "change.version is null");
    Bounds.text("change.version.node", version.node(), 0, Bounds.MAX_NAME);
    content.ifPresent(text -> Bounds.text("change.content", text, 0, Bounds.MAX_CONTENT));
    replaced = List.copyOf(Bounds.size("change.replaced", replaced, Bounds.MAX_REPLACED));
    replaced.forEach(old -> Bounds.text("change.replaced.node", old.node(), 0, Bounds.MAX_NAME));
  }
}
