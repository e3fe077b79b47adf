package bifrost.admin.rest.entity;

import bifrost.admin.rest.frame.EntityTags;
import bifrost.api.cluster.Replication;
import bifrost.api.journal.AuditEvent;
import bifrost.api.journal.Journal;
import bifrost.api.management.ManagementRequest;
import bifrost.api.model.InvalidConfigException;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.api.snapshot.SnapshotOwner.Written;
import bifrost.api.snapshot.Version;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Changes of the configuration that administrators make: by version, one after the other, each with
 * a record of who made it.
 */
@Component(service = Edits.class)
public final class Edits {
  private static final int TRIES = 5;
  private static final long LONGEST_WAIT_MILLIS = 60_000;
  private static final long USUAL_WAIT_MILLIS = 5_000;

  private final SnapshotOwner snapshots;
  private final InstantSource clock;
  private volatile Journal journal;
  private volatile Replication replication;

  /** Wires the component. */
  @Activate
  public Edits(@Reference(name = "snapshots") SnapshotOwner snapshots) {
    this(snapshots, InstantSource.system());
  }

  /** With a clock of its own. */
  public Edits(SnapshotOwner snapshots, InstantSource clock) {
    this.snapshots = snapshots;
    this.clock = clock;
  }

  /** What became of an edit. */
  public sealed interface Outcome {
    /**
     * It was made.
     *
     * @param change the change
     */
    record Done(Change change) implements Outcome {}

    /** There is nothing of this id. */
    record Absent() implements Outcome {}

    /** There is something of this id already. */
    record Present() implements Outcome {}

    /**
     * Somebody else has changed it.
     *
     * @param current the version that it has now
     */
    record Stale(Version current) implements Outcome {}
  }

  /** Takes the journal. */
  @Reference(
      name = "journal",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  public void bindJournal(Journal bound) {
    journal = bound;
  }

  /** Lets it go. */
  public void unbindJournal(Journal gone) {
    if (journal == gone) {
      journal = null;
    }
  }

  /** Takes what knows where changes have arrived. */
  @Reference(
      name = "replication",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  public void bindReplication(Replication bound) {
    replication = bound;
  }

  /** Lets it go. */
  public void unbindReplication(Replication gone) {
    if (replication == gone) {
      replication = null;
    }
  }

  /** The configuration of now. */
  public Snapshot current() {
    return snapshots.current();
  }

  /** The version of an entity. */
  public Version version(EntityType type, String id) {
    return snapshots.version(type, id);
  }

  /** The time of now. */
  public InstantSource clock() {
    return clock;
  }

  /**
   * Writes an entity that is not there yet.
   *
   * @param fields the names of what was sent
   */
  public Outcome create(ManagementRequest request, Entity entity, Collection<String> fields) {
    for (int i = 0; i < TRIES; i++) {
      Version known = snapshots.version(entity.type(), entity.id());
      if (find(entity.type(), entity.id()).isPresent()) {
        return new Outcome.Present();
      }
      if (snapshots.put(entity, Optional.of(known)) instanceof Written.Applied applied) {
        return done(request, "create", applied.change(), fields);
      }
    }
    return new Outcome.Present();
  }

  /**
   * Changes an entity. Without {@code If-Match} it is read and written again when somebody else was
   * faster.
   *
   * @param edit makes the next content of the present one
   * @param action what the record calls it
   * @param fields the names of what was sent
   */
  public Outcome update(
      ManagementRequest request,
      EntityType type,
      String id,
      Function<Entity, Entity> edit,
      String action,
      Collection<String> fields) {
    Optional<String> condition = request.header("If-Match");
    for (int i = 0; i < TRIES; i++) {
      Version known = snapshots.version(type, id);
      Optional<Entity> present = find(type, id);
      if (present.isEmpty()) {
        return new Outcome.Absent();
      }
      if (isStale(condition, known)) {
        return new Outcome.Stale(known);
      }
      Entity next = edit.apply(present.get());
      if (snapshots.put(next, Optional.of(known)) instanceof Written.Applied applied) {
        return done(request, action, applied.change(), fields);
      }
    }
    return new Outcome.Stale(snapshots.version(type, id));
  }

  /** Ends an entity. */
  public Outcome remove(ManagementRequest request, EntityType type, String id) {
    Optional<String> condition = request.header("If-Match");
    for (int i = 0; i < TRIES; i++) {
      Version known = snapshots.version(type, id);
      if (find(type, id).isEmpty()) {
        return new Outcome.Absent();
      }
      if (isStale(condition, known)) {
        return new Outcome.Stale(known);
      }
      if (snapshots.remove(type, id, Optional.of(known)) instanceof Written.Applied applied) {
        return done(request, "delete", applied.change(), List.of());
      }
    }
    return new Outcome.Stale(snapshots.version(type, id));
  }

  /**
   * Where a change has arrived, when the request asks to wait for it ({@code ?wait=cluster}).
   *
   * @return the members that have it and that have not; empty when the request does not ask
   */
  public Optional<Map<String, Object>> arrival(ManagementRequest request, Change change) {
    String wait = request.query().get("wait");
    if (wait == null) {
      return Optional.empty();
    }
    if (!wait.equals("cluster")) {
      throw new InvalidConfigException("wait", "is '" + wait + "', use cluster");
    }
    Duration limit =
        Duration.ofMillis(
            Queries.number(request, "wait_ms", 0, LONGEST_WAIT_MILLIS, USUAL_WAIT_MILLIS));
    Map<String, Object> answer = new LinkedHashMap<>();
    Replication bound = replication;
    if (bound == null) {
      answer.put("everywhere", true);
      answer.put("clustered", false);
      return Optional.of(answer);
    }
    try {
      Replication.Arrival arrival = bound.await(change, limit);
      answer.put("everywhere", arrival.isEverywhere());
      answer.put("applied", new TreeSet<>(arrival.applied()).stream().toList());
      answer.put("missing", new TreeSet<>(arrival.missing()).stream().toList());
      answer.put("refused", new TreeSet<>(arrival.refused()).stream().toList());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer.put("everywhere", false);
    }
    return Optional.of(answer);
  }

  /** Records that an administrator did something that is no change of an entity. */
  public void record(ManagementRequest request, String action, String type, String id) {
    append(request, action, type, id, Version.NEVER, "");
  }

  private Outcome done(
      ManagementRequest request, String action, Change change, Collection<String> fields) {
    append(
        request,
        action,
        change.type().label(),
        change.id(),
        change.version(),
        String.join(",", fields));
    return new Outcome.Done(change);
  }

  private void append(
      ManagementRequest request,
      String action,
      String type,
      String id,
      Version version,
      String fields) {
    Journal bound = journal;
    if (bound != null) {
      bound.append(
          new AuditEvent(
              clock.millis(),
              request.actor(),
              request.remoteAddress(),
              request.requestId(),
              action,
              type,
              id,
              version,
              fields));
    }
  }

  private Optional<Entity> find(EntityType type, String id) {
    return snapshots.current().find(type.entityClass(), id).map(entity -> entity);
  }

  private static boolean isStale(Optional<String> condition, Version known) {
    return condition.isPresent() && !EntityTags.matches(condition.get(), EntityTags.of(known));
  }
}
