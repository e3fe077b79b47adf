package bifrost.runtime.journal.drain;

import bifrost.api.journal.AuditEvent;
import bifrost.api.journal.CounterValue;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.RequestPayload;
import bifrost.api.journal.UsageTotal;
import bifrost.api.snapshot.EntityType;
import bifrost.api.storage.JournalBatch;
import bifrost.api.storage.JournalBatch.Numbered;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.journal.record.MalformedRecordException;
import bifrost.runtime.journal.record.PayloadSeal;
import bifrost.runtime.journal.record.RecordCodec;
import bifrost.runtime.journal.record.SpoolRecord;
import bifrost.runtime.journal.segment.Frame;
import bifrost.runtime.journal.spool.Fold;
import bifrost.runtime.journal.spool.Spool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a store's batch of frames: the greatest value of each counter, the newest row of each
 * entity.
 */
final class BatchBuilder {
  private final PayloadSeal seal;
  private final List<Numbered<RequestLog>> logs = new ArrayList<>();
  private final List<Numbered<UsageTotal>> totals = new ArrayList<>();
  private final List<Numbered<RequestPayload>> payloads = new ArrayList<>();
  private final Map<CounterKey, CounterValue> counters = new LinkedHashMap<>();
  private final Map<EntityKey, StoredEntity> configs = new LinkedHashMap<>();
  private final List<Numbered<AuditEvent>> audits = new ArrayList<>();

  BatchBuilder(PayloadSeal seal) {
    this.seal = seal;
  }

  void add(Frame frame) throws MalformedRecordException {
    switch (RecordCodec.decode(frame.record())) {
      case SpoolRecord.Log(RequestLog log) -> logs.add(new Numbered<>(frame.seq(), log));
      case SpoolRecord.Total(UsageTotal total) -> totals.add(new Numbered<>(frame.seq(), total));
      case SpoolRecord.Payload(RequestPayload payload) ->
          payloads.add(new Numbered<>(frame.seq(), payload));
      case SpoolRecord.Sealed sealed ->
          payloads.add(new Numbered<>(frame.seq(), seal.open(sealed)));
      case SpoolRecord.Counters(List<CounterValue> values) -> {
        for (CounterValue value : values) {
          counters.merge(
              new CounterKey(value.counter(), value.windowMillis()), value, Fold::greatest);
        }
      }
      case SpoolRecord.Config(StoredEntity row) ->
          configs.merge(
              new EntityKey(row.type(), row.id()),
              row,
              (old, next) -> next.version().isAfter(old.version()) ? next : old);
      case SpoolRecord.Audit(AuditEvent event) -> audits.add(new Numbered<>(frame.seq(), event));
      case SpoolRecord.Shed shed -> {
        // nothing is left of those payloads
      }
    }
  }

  JournalBatch build(Spool spool, long after, long through) {
    return new JournalBatch(
        spool.writer(),
        spool.stream(),
        after,
        through,
        logs,
        totals,
        payloads,
        List.copyOf(counters.values()),
        List.copyOf(configs.values()),
        audits);
  }

  private record CounterKey(String counter, long windowMillis) {}

  private record EntityKey(EntityType type, String id) {}
}
