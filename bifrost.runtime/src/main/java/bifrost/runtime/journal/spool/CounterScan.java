package bifrost.runtime.journal.spool;

import bifrost.api.journal.CounterValue;
import bifrost.api.journal.Writer;
import bifrost.api.ledger.Slot;
import bifrost.runtime.journal.record.MalformedRecordException;
import bifrost.runtime.journal.record.RecordCodec;
import bifrost.runtime.journal.record.SpoolRecord;
import bifrost.runtime.journal.segment.Frame;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the greatest value of each slot in spools, without taking anything away. Not thread-safe.
 */
public final class CounterScan {
  private final Map<Key, CounterValue> values = new HashMap<>();

  private record Key(Writer writer, String counter, long windowMillis) {}

  /** Reads a spool that nothing else reads or writes. */
  public void add(Spool spool) throws IOException {
    for (Segment segment : spool.segments()) {
      Relief.read(spool, segment, frame -> add(spool.writer(), frame));
    }
  }

  /** What was found; slots that break a rule of the ledger are left out. */
  public List<Slot> slots() {
    return values.entrySet().stream()
        .filter(entry -> entry.getValue().value() <= Slot.MAX_VALUE)
        .filter(entry -> !entry.getKey().counter().isEmpty())
        .filter(entry -> entry.getKey().counter().length() <= 200)
        .map(entry -> slot(entry.getKey().writer(), entry.getValue()))
        .toList();
  }

  private static Slot slot(Writer writer, CounterValue value) {
    return new Slot(
        value.counter(),
        value.windowMillis(),
        value.endMillis(),
        writer.node(),
        writer.epoch(),
        value.value());
  }

  private void add(Writer writer, Frame frame) {
    try {
      if (RecordCodec.decode(frame.record()) instanceof SpoolRecord.Counters counters) {
        for (CounterValue value : counters.values()) {
          values.merge(
              new Key(writer, value.counter(), value.windowMillis()), value, Fold::greatest);
        }
      }
    } catch (MalformedRecordException e) {
      // the drain puts it aside and reports it
    }
  }
}
