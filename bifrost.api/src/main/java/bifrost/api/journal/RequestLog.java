package bifrost.api.journal;

import bifrost.api.governance.Charged;
import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import java.util.Objects;

/**
 * What is kept of one request: the accounting of it, without its payload.
 *
 * @param id the request's id
 * @param startMillis when it came in, in milliseconds since the epoch
 * @param operation what was asked
 * @param provider the provider that served it last; empty when none did
 * @param model the model as the caller named it, without the provider
 * @param wireModel the model on the wire; empty when no attempt was made
 * @param keyId the provider key of the last attempt; empty when none
 * @param keyName that key's name
 * @param charged who is charged
 * @param attempts how many attempts were made
 * @param fallbackIndex 0 for the primary, n for the n-th fallback
 * @param stream whether it was streamed
 * @param status the HTTP status that the client got, or would have got
 * @param errorType empty for success, else the type of the error table
 * @param usage what the last attempt consumed
 * @param costNanos what was charged, in billionths of a US dollar
 * @param latencyMicros from the first byte in to the last byte out
 * @param firstByteMicros from the first byte in to the first content out; -1 when there was none
 */
public record RequestLog(
    String id,
    long startMillis,
    Operation operation,
    String provider,
    String model,
    String wireModel,
    String keyId,
    String keyName,
    Charged charged,
    int attempts,
    int fallbackIndex,
    boolean stream,
    int status,
    String errorType,
    Usage usage,
    long costNanos,
    long latencyMicros,
    long firstByteMicros)
    implements JournalRecord {

  /** Refuses {@code null}. */
  public RequestLog {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(operation, "operation is null");
    Objects.requireNonNull(provider, "provider is null");
    Objects.requireNonNull(model, "model is null");
    Objects.requireNonNull(wireModel, "wireModel is null");
    Objects.requireNonNull(keyId, "keyId is null");
    Objects.requireNonNull(keyName, "keyName is null");
    Objects.requireNonNull(charged, "charged is null");
    Objects.requireNonNull(errorType, "errorType is null");
    Objects.requireNonNull(usage, "usage is null");
  }
}
