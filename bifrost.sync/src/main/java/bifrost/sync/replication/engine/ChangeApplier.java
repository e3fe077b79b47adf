package bifrost.sync.replication.engine;

import bifrost.api.cluster.ReplicationState.Conflict;
import bifrost.api.cluster.ReplicationState.RefusedChange;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.ConfigurationReplica.Decoded;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Version;
import bifrost.sync.replication.engine.ChangeLog.Key;
import bifrost.sync.replication.engine.Refusals.Cause;
import bifrost.sync.replication.engine.Refusals.Refusal;
import bifrost.sync.replication.message.ChangeEntry;
import bifrost.sync.replication.message.EntityVersion;
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
  record Applied(List<Change> won, List<Conflict> conflicts, List<Refusal> refused) {}

  ChangeApplier(Local local, Lineage lineage) {
    this.local = local;
    this.lineage = lineage;
  }

  Applied apply(String peer, List<ChangeEntry> entries) {
    List<Change> changes = new ArrayList<>();
    List<Conflict> conflicts = new ArrayList<>();
    List<Refusal> refused = new ArrayList<>();
    Instant now = local.clock().instant();
    for (ChangeEntry entry : entries) {
      EntityVersion offered = new EntityVersion(entry.type(), entry.id(), entry.version());
      Optional<EntityType> type = typeOf(entry.type());
      if (type.isEmpty()) {
        unfit(now, peer, offered).ifPresent(refused::add);
        continue;
      }
      if (entry.content().isEmpty() != entry.version().isTombstone()) {
        refused.add(
            refusal(
                now,
                peer,
                offered,
                "its content and its version do not agree on whether it is deleted; a defect of node"
                    + " '%s'".formatted(printable(entry.version().node()))));
        continue;
      }
      Version known = local.owner().version(type.get(), entry.id());
      if (!entry.version().isAfter(known)) {
        compareOlder(now, type.get(), entry, known, conflicts);
        continue;
      }
      Optional<Refusal> unfit = unfit(now, peer, offered);
      if (unfit.isPresent()) {
        refused.add(unfit.get());
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
        case Decoded.Unreadable(String reason) -> refused.add(refusal(now, peer, offered, reason));
      }
    }
    List<Change> won = changes.isEmpty() ? List.of() : local.owner().merge(changes);
    for (Change change : changes) {
      if (change.version().isAfter(local.owner().version(change.type(), change.id()))) {
        refused.add(
            refusal(
                now,
                peer,
                new EntityVersion(change.type().label(), change.id(), change.version()),
                "its id, its writer or its version does not fit this node; a defect of node '%s'"
                    .formatted(printable(change.version().node()))));
      }
    }
    return new Applied(won, conflicts, refused);
  }

  /** A peer has passed over a change that this node was to have from it. */
  static Refusal passedOver(Instant now, String peer, EntityVersion change) {
    String reason =
        "node '%s' could not take it and does not pass it on".formatted(printable(peer));
    return new Refusal(refusal(now, peer, change, reason).change(), Cause.LATER);
  }

  /** Why a version that a peer offers cannot be taken, where that shows without its content. */
  static Optional<Refusal> unfit(Instant now, String peer, EntityVersion offered) {
    if (typeOf(offered.type()).isEmpty()) {
      return Optional.of(
          refusal(now, peer, offered, "this release knows no such kind of entity; upgrade it"));
    }
    if (offered.version().millis() > now.toEpochMilli() + MOST_AHEAD.toMillis()) {
      String reason =
          "its version lies more than %d s in the future; set the clock of node '%s' right"
              .formatted(MOST_AHEAD.toSeconds(), printable(offered.version().node()));
      return Optional.of(new Refusal(refusal(now, peer, offered, reason).change(), Cause.EARLY));
    }
    return Optional.empty();
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

  private static Refusal refusal(Instant now, String peer, EntityVersion entity, String reason) {
    return new Refusal(
        new RefusedChange(now, peer, entity.type(), entity.id(), entity.version(), reason),
        Cause.UNFIT);
  }

  static String printable(String text) {
    String cut = text.length() > 64 ? text.substring(0, 64) + "..." : text;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
