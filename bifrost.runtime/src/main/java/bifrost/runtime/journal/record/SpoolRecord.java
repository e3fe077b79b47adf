package bifrost.runtime.journal.record;

import bifrost.api.journal.AuditEvent;
import bifrost.api.journal.CounterValue;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.RequestPayload;
import bifrost.api.journal.UsageTotal;
import bifrost.api.storage.StoredEntity;
import java.util.List;

/** What a spool holds: what was appended, and what folding makes of it. */
public sealed interface SpoolRecord {
  /** One request. */
  record Log(RequestLog log) implements SpoolRecord {}

  /** The bodies of one request. */
  record Payload(RequestPayload payload) implements SpoolRecord {}

  /**
   * The bodies of one request, encrypted.
   *
   * @param bytes what {@link PayloadSeal} made
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Sealed(byte[] bytes) implements SpoolRecord {}

  /** Slots of counters. */
  record Counters(List<CounterValue> values) implements SpoolRecord {}

  /** A row of configuration. */
  record Config(StoredEntity row) implements SpoolRecord {}

  /** What an administrator did. */
  record Audit(AuditEvent event) implements SpoolRecord {}

  /** What many request logs came to. */
  record Total(UsageTotal total) implements SpoolRecord {}

  /** That so many payloads were shed here. */
  record Shed(long count) implements SpoolRecord {}
}
