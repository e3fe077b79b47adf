package bifrost.sync.replication.engine;

import bifrost.api.cluster.ReplicationState.Conflict;
import bifrost.api.cluster.ReplicationState.RefusedChange;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.ConfigurationReplica.Decoded;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Version;
import bifrost.sync.replication.engine.ChangeLog.Key;
import bifrost.sync.replication.message.ChangeEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Applies changes that came from a peer. Runs on the worker.
 *
 * <p>A version from the far future is refused: taking it would drag the clocks of all nodes along,
 * and nobody could change the entity until then. It is offered again at each comparison, and taken
 * when its time has come.
 */
final class ChangeApplier {
  /** How far ahead of this node's clock a version may be. */
  static final Duration MOST_AHEAD = Duration.ofMinutes(1);

  private final Local local;
  private final Lineage lineage;

  /**
   * What became of some changes.
   *
   * @param won those that were new here
   * @param conflicts concurrent edits that were overruled, by them or by what was there
   * @param refused those that could not be taken
   */
  record Applied(List<Change> won, List<Conflict> conflicts, List<RefusedChange> refused) {}

  ChangeApplier(Local local, Lineage lineage) {
    this.local = local;
    this.lineage = lineage;
  }

  Applied apply(String peer, List<ChangeEntry> entries) {
    List<Change> changes = new ArrayList<>();
    List<Conflict> conflicts = new ArrayList<>();
    List<RefusedChange> refused = new ArrayList<>();
    Instant now = local.clock().instant();
    for (ChangeEntry entry : entries) {
      Optional<EntityType> type = typeOf(entry.type());
      if (type.isEmpty()) {
        refused.add(
            refusal(now, peer, entry, "this release knows no such kind of entity; upgrade it"));
        continue;
      }
      if (entry.content().isEmpty() != entry.version().isTombstone()) {
        refused.add(
            refusal(
                now,
                peer,
                entry,
                "its content and its version do not agree on whether it is deleted; a defect of node"
                    + " '%s'".formatted(printable(entry.version().node()))));
        continue;
      }
      Version known = local.owner().version(type.get(), entry.id());
      if (!entry.version().isAfter(known)) {
        compareOlder(now, type.get(), entry, known, conflicts);
        continue;
      }
      if (entry.version().millis() > now.toEpochMilli() + MOST_AHEAD.toMillis()) {
        refused.add(
            refusal(
                now,
                peer,
                entry,
                "its version lies more than %d s in the future; set the clock of node '%s' right"
                    .formatted(MOST_AHEAD.toSeconds(), printable(entry.version().node()))));
        continue;
      }
      switch (local.replica().decode(type.get(), entry.id(), entry.version(), entry.content())) {
        case Decoded.Readable(Change change) -> {
          changes.add(change);
          if (Lineage.isConcurrent(known, entry.replaced())) {
            conflicts.add(new Conflict(now, type.get(), entry.id(), entry.version(), known));
          }
          lineage.took(new Key(type.get(), entry.id()), entry.version(), entry.replaced());
        }
        case Decoded.Unreadable(String reason) -> refused.add(refusal(now, peer, entry, reason));
      }
    }
    List<Change> won = changes.isEmpty() ? List.of() : local.owner().merge(changes);
    return new Applied(won, conflicts, refused);
  }

  /** What loses against what is here may have been written without knowing of it. */
  private void compareOlder(
      Instant now, EntityType type, ChangeEntry entry, Version known, List<Conflict> conflicts) {
    List<Version> replaced = lineage.replaced(new Key(type, entry.id()), known);
    if (!entry.version().equals(known) && Lineage.isConcurrent(entry.version(), replaced)) {
      conflicts.add(new Conflict(now, type, entry.id(), known, entry.version()));
    }
  }

  static Optional<EntityType> typeOf(String label) {
    for (EntityType type : EntityType.values()) {
      if (type.label().equals(label)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  private static RefusedChange refusal(Instant now, String peer, ChangeEntry entry, String reason) {
    return new RefusedChange(now, peer, entry.type(), entry.id(), entry.version(), reason);
  }

  static String printable(String text) {
    String cut = text.length() > 64 ? text.substring(0, 64) + "..." : text;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
