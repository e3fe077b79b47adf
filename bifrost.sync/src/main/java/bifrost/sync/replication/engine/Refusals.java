package bifrost.sync.replication.engine;

import bifrost.api.cluster.ReplicationState.RefusedChange;
import bifrost.api.snapshot.Version;
import bifrost.sync.replication.message.Bounds;
import bifrost.sync.replication.message.EntityVersion;
import bifrost.sync.replication.message.SyncMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which changes members could not take: a mark says how far a member has got, this says what it has
 * not taken on the way. This node's own list grows and shrinks here; each member's is told to all.
 * The owner's.
 */
final class Refusals {
  /** More are not noted, and so are asked for again by each comparison. */
  private static final int MOST = 50_000;

  /** More members than a cluster has; what further ones say is not noted. */
  private static final int MOST_MEMBERS = 2_048;

  private final String self;
  private final long epoch;
  private final Notes notes;

  /** What this node could not take, the newest last. */
  private final LinkedHashMap<Key, Own> own = new LinkedHashMap<>();

  private final Map<String, Told> members = new HashMap<>();
  private boolean changed;
  private long revision;
  private long head;

  private record Key(String type, String id) {}

  private record Own(Version version, Cause cause) {}

  /** Why a change was not taken. */
  enum Cause {
    /** This node cannot read it, and never will in this life. */
    UNFIT,
    /** It lies too far in the future. */
    EARLY,
    /** It will come when a peer can take it, or when it is compared with one that has. */
    LATER
  }

  private record Told(SyncMessage.Refusals message, long position) {}

  /**
   * A change that this node could not take.
   *
   * @param change what, and why
   */
  record Refusal(RefusedChange change, Cause cause) {}

  Refusals(String self, long epoch, Notes notes) {
    this.self = self;
    this.epoch = epoch;
    this.notes = notes;
  }

  /** This node could not take a change. */
  void refused(Refusal refusal) {
    RefusedChange change = refusal.change();
    notes.refused(change);
    Key key = new Key(change.type(), change.id());
    Own known = own.get(key);
    if (known == null ? own.size() < MOST : change.version().isAfter(known.version())) {
      own.remove(key);
      own.put(key, new Own(change.version(), refusal.cause()));
      changed = true;
    }
  }

  /** This node has a version of an entity. */
  void taken(String type, String id, Version version) {
    if (own.isEmpty()) {
      return;
    }
    Key key = new Key(type, id);
    Own known = own.get(key);
    if (known != null && !known.version().isAfter(version)) {
      own.remove(key);
      notes.taken(type, id);
      changed = true;
    }
  }

  /** Whether this node could not take just this version, and never will. */
  boolean isFinal(EntityVersion entity) {
    Own known = own.isEmpty() ? null : own.get(new Key(entity.type(), entity.id()));
    return known != null
        && known.cause() == Cause.UNFIT
        && known.version().equals(entity.version());
  }

  /**
   * Whether the time of a change has come that was too far in the future; told once of each.
   *
   * @param until versions to this time are taken, in milliseconds since the epoch
   */
  boolean isAnyRipe(long until) {
    boolean ripe = false;
    for (var entry : own.entrySet()) {
      Own its = entry.getValue();
      if (its.cause() == Cause.EARLY && its.version().millis() <= until) {
        entry.setValue(new Own(its.version(), Cause.LATER));
        ripe = true;
      }
    }
    return ripe;
  }

  /** Makes what has changed here known to the others. */
  void publish() {
    if (changed) {
      changed = false;
      List<EntityVersion> last = new ArrayList<>();
      for (var entry : own.sequencedEntrySet().reversed()) {
        if (last.size() == Bounds.MAX_REFUSALS) {
          break;
        }
        last.add(
            new EntityVersion(
                entry.getKey().type(), entry.getKey().id(), entry.getValue().version()));
      }
      put(new SyncMessage.Refusals(self, epoch, ++revision, last));
    }
  }

  /**
   * Takes over what a member says.
   *
   * @return whether it was news
   */
  boolean put(SyncMessage.Refusals news) {
    Told known = members.get(news.member());
    if (known == null && members.size() >= MOST_MEMBERS) {
      return false;
    }
    if (known != null
        && (known.message().epoch() > news.epoch()
            || (known.message().epoch() == news.epoch()
                && known.message().revision() >= news.revision()))) {
      return false;
    }
    members.put(news.member(), new Told(news, ++head));
    return true;
  }

  /**
   * Whether a member says that it could not take a version of an entity, or a newer one.
   *
   * @param life which of the member's lives
   */
  boolean refuses(String member, long life, ChangeLog.Key key, Version version) {
    Told told = members.get(member);
    return told != null
        && told.message().epoch() == life
        && told.message().changes().stream()
            .anyMatch(
                change ->
                    change.id().equals(key.id())
                        && change.type().equals(key.type().label())
                        && !version.isAfter(change.version()));
  }

  /** Where the newest of the lists stands. */
  long head() {
    return head;
  }

  /** The lists of wanted members that have changed after a position. */
  List<SyncMessage.Refusals> since(long position, Predicate<String> wanted) {
    return members.values().stream()
        .filter(told -> told.position() > position && wanted.test(told.message().member()))
        .map(Told::message)
        .toList();
  }

  /** Forgets members that the cluster has forgotten. */
  void retain(Collection<String> nodes) {
    members.keySet().removeIf(node -> !node.equals(self) && !nodes.contains(node));
  }
}
