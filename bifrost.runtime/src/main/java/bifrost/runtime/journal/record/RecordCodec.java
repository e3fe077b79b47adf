package bifrost.runtime.journal.record;

import bifrost.api.governance.Charged;
import bifrost.api.journal.AuditEvent;
import bifrost.api.journal.CounterValue;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.RequestPayload;
import bifrost.api.journal.UsageTotal;
import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.StoredEntity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Records to bytes and back. Every kind of record has a version of its own; a kind or version that
 * is not known is refused, never guessed.
 */
public final class RecordCodec {
  /** The largest record in bytes; what is larger is a mistake of the caller. */
  public static final int MAX_BYTES = 16 << 20;

  private static final int LOG = 1;
  private static final int PAYLOAD = 2;
  private static final int COUNTERS = 3;
  private static final int CONFIG = 4;
  private static final int TOTAL = 5;
  private static final int SHED = 6;
  private static final int AUDIT = 7;
  private static final int SEALED = 8;
  private static final int VERSION = 1;

  /** Names that a caller chooses are cut here. */
  private static final int NAME = 512;

  private RecordCodec() {}

  /**
   * The bytes of a record.
   *
   * @throws IllegalArgumentException when there are more than {@link #MAX_BYTES}
   */
  public static EncodedRecord encode(SpoolRecord record) {
    ByteSink out = new ByteSink(256);
    int type =
        switch (record) {
          case SpoolRecord.Log(RequestLog log) -> {
            log(out, log);
            yield LOG;
          }
          case SpoolRecord.Payload(RequestPayload payload) -> {
            out.text(payload.id(), NAME).signed(payload.startMillis());
            out.bytes(payload.request()).bytes(payload.response());
            out.u8(payload.truncated() ? 1 : 0);
            yield PAYLOAD;
          }
          case SpoolRecord.Sealed(byte[] bytes) -> {
            out.bytes(bytes);
            yield SEALED;
          }
          case SpoolRecord.Counters(List<CounterValue> values) -> {
            out.varint(values.size());
            for (CounterValue value : values) {
              out.text(value.counter()).signed(value.windowMillis());
              out.varint(value.endMillis() - value.windowMillis()).varint(value.value());
            }
            yield COUNTERS;
          }
          case SpoolRecord.Config(StoredEntity row) -> {
            config(out, row);
            yield CONFIG;
          }
          case SpoolRecord.Total(UsageTotal total) -> {
            total(out, total);
            yield TOTAL;
          }
          case SpoolRecord.Shed(long count) -> {
            out.varint(count);
            yield SHED;
          }
          case SpoolRecord.Audit(AuditEvent event) -> {
            audit(out, event);
            yield AUDIT;
          }
        };
    if (out.length() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a %s record of %d bytes is larger than the journal takes (%d)"
              .formatted(
                  record.getClass().getSimpleName().toLowerCase(Locale.ROOT),
                  out.length(),
                  MAX_BYTES));
    }
    return new EncodedRecord(type, VERSION, out.toBytes());
  }

  /** The payload of the body of its record. */
  static RequestPayload payload(byte[] body) throws MalformedRecordException {
    if (decode(new EncodedRecord(PAYLOAD, VERSION, body))
        instanceof SpoolRecord.Payload(RequestPayload payload)) {
      return payload;
    }
    throw new MalformedRecordException("no payload");
  }

  private static RequestPayload payload(ByteSource in) throws MalformedRecordException {
    return new RequestPayload(in.text(), in.signed(), in.bytes(), in.bytes(), in.u8() != 0);
  }

  /** The record of some bytes. */
  public static SpoolRecord decode(EncodedRecord encoded) throws MalformedRecordException {
    if (encoded.version() != VERSION) {
      throw new MalformedRecordException(
          "type %d has version %d, this node knows %d"
              .formatted(encoded.type(), encoded.version(), VERSION));
    }
    ByteSource in = new ByteSource(encoded.body(), 0, encoded.body().length);
    try {
      SpoolRecord record =
          switch (encoded.type()) {
            case LOG -> new SpoolRecord.Log(log(in));
            case PAYLOAD -> new SpoolRecord.Payload(payload(in));
            case SEALED -> new SpoolRecord.Sealed(in.bytes());
            case COUNTERS -> new SpoolRecord.Counters(counters(in));
            case CONFIG -> new SpoolRecord.Config(config(in));
            case TOTAL -> new SpoolRecord.Total(total(in));
            case SHED -> new SpoolRecord.Shed(in.varint());
            case AUDIT -> new SpoolRecord.Audit(audit(in));
            default -> throw new MalformedRecordException("type " + encoded.type() + " is unknown");
          };
      if (in.remaining() != 0) {
        throw new MalformedRecordException(in.remaining() + " bytes are left over");
      }
      return record;
    } catch (IllegalArgumentException e) {
      throw new MalformedRecordException(e.getMessage());
    }
  }

  private static void log(ByteSink out, RequestLog log) {
    out.text(log.id(), NAME).signed(log.startMillis()).text(log.operation().label());
    out.text(log.provider(), NAME).text(log.model(), NAME).text(log.wireModel(), NAME);
    out.text(log.keyId(), NAME).text(log.keyName(), NAME);
    Charged charged = log.charged();
    out.text(charged.virtualKeyId(), NAME).text(charged.virtualKeyName(), NAME);
    out.text(charged.teamId(), NAME).text(charged.customerId(), NAME);
    out.signed(log.attempts()).signed(log.fallbackIndex()).u8(log.stream() ? 1 : 0);
    out.signed(log.status()).text(log.errorType(), NAME);
    Usage usage = log.usage();
    out.varint(usage.inputTokens()).varint(usage.outputTokens());
    out.varint(usage.cacheReadTokens()).varint(usage.cacheWriteTokens());
    out.varint(usage.reasoningTokens()).varint(usage.images());
    out.varint(usage.audioMillis()).varint(usage.characters());
    out.signed(log.costNanos()).signed(log.latencyMicros()).signed(log.firstByteMicros());
  }

  private static RequestLog log(ByteSource in) throws MalformedRecordException {
    return new RequestLog(
        in.text(),
        in.signed(),
        operation(in.text()),
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        new Charged(in.text(), in.text(), in.text(), in.text()),
        (int) in.signed(),
        (int) in.signed(),
        in.u8() != 0,
        (int) in.signed(),
        in.text(),
        new Usage(
            in.varint(),
            in.varint(),
            in.varint(),
            in.varint(),
            in.varint(),
            in.varint(),
            in.varint(),
            in.varint()),
        in.signed(),
        in.signed(),
        in.signed());
  }

  private static Operation operation(String label) throws MalformedRecordException {
    try {
      return Operation.valueOf(label.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new MalformedRecordException("operation is unknown");
    }
  }

  private static List<CounterValue> counters(ByteSource in) throws MalformedRecordException {
    int count = in.count(1_000);
    List<CounterValue> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String counter = in.text();
      long start = in.signed();
      values.add(new CounterValue(counter, start, start + in.varint(), in.varint()));
    }
    return values;
  }

  private static void config(ByteSink out, StoredEntity row) {
    out.text(row.type().label()).text(row.id());
    out.varint(row.version().time()).text(row.version().node());
    out.u8(row.content().isPresent() ? 1 : 0);
    row.content().ifPresent(out::text);
    out.text(row.seedHash());
  }

  private static StoredEntity config(ByteSource in) throws MalformedRecordException {
    return new StoredEntity(
        EntityType.ofLabel(in.text()),
        in.text(),
        new Version(in.varint(), in.text()),
        in.u8() != 0 ? Optional.of(in.text()) : Optional.empty(),
        in.text());
  }

  private static void audit(ByteSink out, AuditEvent event) {
    out.signed(event.millis()).text(event.actor(), NAME).text(event.address(), NAME);
    out.text(event.requestId(), NAME).text(event.action(), NAME);
    out.text(event.entityType(), NAME).text(event.entityId(), NAME);
    out.varint(event.version().time()).text(event.version().node(), NAME);
    out.text(event.fields(), NAME);
  }

  private static AuditEvent audit(ByteSource in) throws MalformedRecordException {
    return new AuditEvent(
        in.signed(),
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        new Version(in.varint(), in.text()),
        in.text());
  }

  private static void total(ByteSink out, UsageTotal total) {
    out.signed(total.periodMillis()).varint(total.periodSeconds());
    out.text(total.virtualKeyId()).text(total.teamId()).text(total.customerId());
    out.text(total.provider()).text(total.model());
    out.varint(total.requests()).varint(total.errors());
    out.varint(total.inputTokens()).varint(total.outputTokens()).signed(total.costNanos());
  }

  private static UsageTotal total(ByteSource in) throws MalformedRecordException {
    return new UsageTotal(
        in.signed(),
        in.count(Integer.MAX_VALUE),
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        in.varint(),
        in.varint(),
        in.varint(),
        in.varint(),
        in.signed());
  }
}
