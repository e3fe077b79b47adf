package bifrost.sync.replication.engine;

import bifrost.api.cluster.ReplicationState.Conflict;
import bifrost.api.cluster.ReplicationState.RefusedChange;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a person should know of: overruled edits and refused changes. Each is logged once. The
 * owner's.
 */
final class Notes {
  private static final Logger LOG = LoggerFactory.getLogger(Notes.class);
  private static final int MOST = 100;
  private static final int MOST_LOGGED = 10;
  private static final int MOST_KNOWN = 10_000;

  private final String self;
  private final Deque<Conflict> conflicts = new ArrayDeque<>();
  private final Deque<RefusedChange> refused = new ArrayDeque<>();
  private final Set<String> knownConflicts = new HashSet<>();
  private final Map<String, Long> refusals = new HashMap<>();
  private Instant logSince = Instant.EPOCH;
  private int logged;
  private volatile long conflictCount;
  private volatile long refusedCount;

  Notes(String self) {
    this.self = self;
  }

  /**
   * Notes a conflict.
   *
   * @return whether it is news, and an edit of this node was overruled
   */
  boolean conflict(Conflict conflict) {
    if (knownConflicts.size() >= MOST_KNOWN) {
      knownConflicts.clear();
    }
    if (!knownConflicts.add(conflict.type() + " " + conflict.id() + " " + conflict.loser())) {
      return false;
    }
    conflictCount++;
    conflicts.addFirst(conflict);
    if (conflicts.size() > MOST) {
      conflicts.removeLast();
    }
    boolean mine = conflict.loser().node().equals(self);
    if (mine && mayLog(conflict.at())) {
      LOG.warn(
          "{} '{}': this node's edit at {} is overruled by a concurrent one of node '{}' at {}",
          conflict.type().label(),
          ChangeApplier.printable(conflict.id()),
          Instant.ofEpochMilli(conflict.loser().millis()),
          ChangeApplier.printable(conflict.winner().node()),
          Instant.ofEpochMilli(conflict.winner().millis()));
    }
    return mine;
  }

  /** After a long partition there may be many: all are recorded, some are logged. */
  private boolean mayLog(Instant now) {
    if (now.isAfter(logSince.plusSeconds(60))) {
      logSince = now;
      logged = 0;
    }
    return ++logged <= MOST_LOGGED;
  }

  /** Notes a refused change; one that is offered again is counted once while it is listed. */
  void refused(RefusedChange change) {
    boolean again =
        refused.removeIf(
            old ->
                old.type().equals(change.type())
                    && old.id().equals(change.id())
                    && old.version().equals(change.version()));
    refusedCount += again ? 0 : 1;
    refused.addFirst(change);
    if (refused.size() > MOST) {
      refused.removeLast();
    }
    if (refusals.size() < MOST && refusals.merge(change.from(), 1L, Long::sum) == 1) {
      LOG.warn(
          "{} '{}' from node '{}' is refused: {}. Further ones of that node are counted only",
          ChangeApplier.printable(change.type()),
          ChangeApplier.printable(change.id()),
          ChangeApplier.printable(change.from()),
          change.reason());
    }
  }

  /** What was refused is here after all. */
  void taken(String type, String id) {
    refused.removeIf(old -> old.type().equals(type) && old.id().equals(id));
  }

  List<Conflict> conflicts() {
    return List.copyOf(conflicts);
  }

  List<RefusedChange> refused() {
    return List.copyOf(refused);
  }

  long conflictCount() {
    return conflictCount;
  }

  long refusedCount() {
    return refusedCount;
  }
}
