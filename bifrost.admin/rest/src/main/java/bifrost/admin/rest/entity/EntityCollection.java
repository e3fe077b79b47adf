package bifrost.admin.rest.entity;

import bifrost.admin.rest.frame.EntityTags;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Refusal;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityFormat;
import bifrost.api.snapshot.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A kind of configuration as a resource: list, read, create, change, end.
 *
 * @param <E> its class
 */
public final class EntityCollection<E extends Entity> {
  private static final Set<String> WAIT = Set.of("wait", "wait_ms");

  private final EntityKind<E> kind;
  private final Documents documents;
  private final Edits edits;

  /** A resource of a kind. */
  public EntityCollection(EntityKind<E> kind, Documents documents, Edits edits) {
    this.kind = kind;
    this.documents = documents;
    this.edits = edits;
  }

  /** Serves the collection and its elements, in the usual way. */
  public ManagementAnswer handle(ManagementRequest request) {
    String id = request.below();
    if (id.isEmpty()) {
      return switch (request.method()) {
        case "GET" -> list(request, Set.of(), entity -> true);
        case "POST" -> create(request, new LinkedHashMap<>(request.body()), Map.of());
        default -> ManagementAnswer.methodNotAllowed("GET, POST");
      };
    }
    return id.indexOf('/') >= 0 ? unknown(request) : element(request, id);
  }

  /** Serves one element. */
  public ManagementAnswer element(ManagementRequest request, String id) {
    return switch (request.method()) {
      case "GET" -> get(request, id);
      case "PUT", "PATCH" -> update(request, id, request.body());
      case "DELETE" -> remove(request, id);
      default -> ManagementAnswer.methodNotAllowed("GET, PUT, PATCH, DELETE");
    };
  }

  /** 404 for a path that is none. */
  public static ManagementAnswer unknown(ManagementRequest request) {
    return ManagementAnswer.notFound("there is no " + clip(request.path()));
  }

  /**
   * A part of those that match.
   *
   * @param filters the names of further parameters
   * @param matches what they say
   */
  public ManagementAnswer list(
      ManagementRequest request, Set<String> filters, Predicate<E> matches) {
    Set<String> known = new HashSet<>(Page.PARAMETERS);
    known.addAll(filters);
    Queries.require(request, known);
    Page page = Page.of(request);
    List<E> found = new ArrayList<>();
    for (E entity : edits.current().all(kind.entityClass())) {
      if (matches.test(entity)) {
        found.add(entity);
      }
    }
    Page.Part<E> part = page.of(found, Entity::id);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put(kind.plural(), part.elements().stream().map(documents::shown).toList());
    page.describe(part, answer);
    return ManagementAnswer.ok(answer);
  }

  /** One of them. */
  public ManagementAnswer get(ManagementRequest request, String id) {
    Queries.require(request, Set.of());
    Version version = edits.version(kind.type(), id);
    Optional<E> entity = edits.current().find(kind.entityClass(), id);
    if (entity.isEmpty()) {
      return absent(id);
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put(kind.singular(), documents.shown(entity.get()));
    return ManagementAnswer.ok(answer).withHeader("ETag", EntityTags.of(version));
  }

  /**
   * Makes one.
   *
   * @param sent the object; gets an id when it has none
   * @param once members that are shown in this answer and never again
   */
  public ManagementAnswer create(
      ManagementRequest request, Map<String, Object> sent, Map<String, Object> once) {
    Map<String, Object> object = new LinkedHashMap<>(sent);
    object.putIfAbsent("id", UUID.randomUUID().toString());
    return createNamed(request, object, sent.keySet(), once);
  }

  /** Makes one whose id follows from its object. */
  public ManagementAnswer createNamed(ManagementRequest request, Map<String, Object> sent) {
    return createNamed(request, sent, sent.keySet(), Map.of());
  }

  private ManagementAnswer createNamed(
      ManagementRequest request,
      Map<String, Object> sent,
      Collection<String> fields,
      Map<String, Object> once) {
    Queries.require(request, WAIT);
    Map<String, Object> object = MergePatch.settable(sent);
    EntityFormat.Read read =
        documents.read(kind.type(), merge().apply(Map.of(), object), Optional.empty());
    Edits.Outcome outcome = edits.create(request, read.entity(), fields);
    return answer(request, outcome, read.entity().id(), read.warnings(), "created", once);
  }

  /** Changes one by what was sent. */
  public ManagementAnswer update(ManagementRequest request, String id, Map<String, Object> sent) {
    Map<String, Object> change = MergePatch.settable(sent);
    if (change.containsKey("id") && !id.equals(change.get("id"))) {
      throw new InvalidConfigException("id", "cannot be changed, it is '" + id + "'");
    }
    return edit(
        request, id, before -> merge().apply(before, change), "update", sent.keySet(), Map.of());
  }

  /**
   * Changes one in another way.
   *
   * @param edit makes the next object of the present one
   * @param action what it is called in the record of deeds
   * @param fields the names of what it changes
   * @param once members that are shown in this answer and never again
   */
  public ManagementAnswer edit(
      ManagementRequest request,
      String id,
      Function<Map<String, Object>, Map<String, Object>> edit,
      String action,
      Collection<String> fields,
      Map<String, Object> once) {
    Queries.require(request, WAIT);
    List<String> warnings = new ArrayList<>();
    Edits.Outcome outcome =
        edits.update(
            request,
            kind.type(),
            id,
            before -> {
              warnings.clear();
              Map<String, Object> next = edit.apply(documents.plain(before));
              EntityFormat.Read read = documents.read(kind.type(), next, Optional.of(before));
              warnings.addAll(read.warnings());
              return read.entity();
            },
            action,
            fields);
    return answer(request, outcome, id, warnings, "updated", once);
  }

  /** Ends one. */
  public ManagementAnswer remove(ManagementRequest request, String id) {
    Queries.require(request, WAIT);
    try {
      return answer(
          request, edits.remove(request, kind.type(), id), id, List.of(), "deleted", Map.of());
    } catch (InvalidConfigException e) {
      return ManagementAnswer.refused(Refusal.of(409, "in_use", e.getMessage()));
    }
  }

  private ManagementAnswer answer(
      ManagementRequest request,
      Edits.Outcome outcome,
      String id,
      List<String> warnings,
      String what,
      Map<String, Object> once) {
    return switch (outcome) {
      case Edits.Outcome.Absent absent -> absent(id);
      case Edits.Outcome.Present present ->
          ManagementAnswer.refused(
              Refusal.of(
                  409,
                  "already_exists",
                  "there is a %s '%s' already; change it with PUT"
                      .formatted(kind.singular(), clip(id))));
      case Edits.Outcome.Stale(Version current) -> stale(id, current);
      case Edits.Outcome.Done(Change change) -> {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("message", kind.title() + " " + what + " successfully");
        change
            .content()
            .ifPresent(
                entity -> {
                  Map<String, Object> shown = documents.shown(entity);
                  shown.putAll(once);
                  answer.put(kind.singular(), shown);
                });
        if (!warnings.isEmpty()) {
          answer.put("warnings", List.copyOf(warnings));
        }
        edits.arrival(request, change).ifPresent(where -> answer.put("cluster", where));
        ManagementAnswer done =
            what.equals("created") ? ManagementAnswer.created(answer) : ManagementAnswer.ok(answer);
        yield change.isTombstone()
            ? done
            : done.withHeader("ETag", EntityTags.of(change.version()));
      }
    };
  }

  private ManagementAnswer absent(String id) {
    return ManagementAnswer.notFound("there is no %s '%s'".formatted(kind.singular(), clip(id)));
  }

  private ManagementAnswer stale(String id, Version current) {
    String tag = EntityTags.bare(current);
    Refusal refusal =
        Refusal.of(
            412,
            "version_conflict",
            "%s '%s' has been changed meanwhile, it has version %s; read it again"
                .formatted(kind.singular(), clip(id), tag));
    return new ManagementAnswer(
        412,
        Map.of("current_version", tag),
        Map.of("ETag", EntityTags.of(current)),
        Optional.of(refusal));
  }

  private MergePatch merge() {
    long seconds = edits.clock().instant().getEpochSecond();
    return new MergePatch(java.time.Instant.ofEpochSecond(seconds).toString());
  }

  private static String clip(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }
}
