package bifrost.api.journal;

import bifrost.api.snapshot.Version;
import java.util.Objects;

/**
 * That an administrator has done something: kept apart from what was done, and never changed.
 *
 * @param millis when, in milliseconds since the epoch
 * @param actor who: the administrator's name, or {@code loopback} where no credentials are set
 * @param address the client's address; empty where there is none
 * @param requestId the request that did it
 * @param action what was done, for example {@code create}, {@code update}, {@code delete}, {@code
 *     login}
 * @param entityType the label of the kind of configuration; empty when it was none
 * @param entityId its id; empty when it was none
 * @param version the version that it has since; {@link Version#NEVER} when it was no configuration
 * @param fields the names of the fields that were changed, separated by commas; never their values
 */
public record AuditEvent(
    long millis,
    String actor,
    String address,
    String requestId,
    String action,
    String entityType,
    String entityId,
    Version version,
    String fields)
    implements JournalRecord {
  /** Refuses {@code null}. */
  public AuditEvent {
    Objects.requireNonNull(actor, "actor is null");
    Objects.requireNonNull(address, "address is null");
    Objects.requireNonNull(requestId, "requestId is null");
    Objects.requireNonNull(action, "action is null");
    Objects.requireNonNull(entityType, "entityType is null");
    Objects.requireNonNull(entityId, "entityId is null");
    Objects.requireNonNull(version, "version is null");
    Objects.requireNonNull(fields, "fields is null");
  }
}
