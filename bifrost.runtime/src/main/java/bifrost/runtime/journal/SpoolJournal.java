package bifrost.runtime.journal;

import bifrost.api.journal.AuditEvent;
import bifrost.api.journal.Journal;
import bifrost.api.journal.JournalRecord;
import bifrost.api.journal.JournalState;
import bifrost.api.journal.JournalStream;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.RequestPayload;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.journal.drain.Drain;
import bifrost.runtime.journal.record.EncodedRecord;
import bifrost.runtime.journal.record.RecordCodec;
import bifrost.runtime.journal.record.SpoolRecord;
import bifrost.runtime.journal.spool.Positions;
import bifrost.runtime.journal.spool.Spool;
import bifrost.runtime.journal.spool.SpoolRecovery;
import bifrost.runtime.journal.spool.SpoolSettings;
import bifrost.runtime.journal.spool.SpoolWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal over three spools, without threads of its own: {@link JournalThreads} calls {@link
 * #commit}, {@link Keeper#keep} and {@link #drain}, tests call them step by step.
 */
final class SpoolJournal implements Journal {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolJournal.class);

  private final Surroundings surroundings;
  private final JournalSettings settings;
  private final Lives lives;
  private final Drain drain;
  private final Keeper keeper;
  private final Map<JournalStream, SpoolWriter> writers = new EnumMap<>(JournalStream.class);
  private volatile Runnable onWritten = () -> {};
  private volatile Runnable onTrouble = () -> {};

  SpoolJournal(Surroundings surroundings, JournalSettings settings) {
    this.surroundings = surroundings;
    this.settings = settings;
    this.lives = new Lives(surroundings.root(), surroundings.writer().epoch());
    this.drain =
        new Drain(
            surroundings.store(),
            settings.drain(),
            surroundings.root().folder("rejected"),
            surroundings.nanoTime(),
            surroundings.millis(),
            surroundings.sleeper(),
            surroundings.random(),
            surroundings.seal());
    this.keeper = new Keeper(surroundings, settings, lives, drain, writers);
    open();
  }

  @Override
  public Appended append(JournalRecord record) {
    return switch (record) {
      case RequestLog log -> append(JournalStream.ACCOUNTING, new SpoolRecord.Log(log));
      case JournalRecord.CounterValues counters ->
          append(JournalStream.ACCOUNTING, new SpoolRecord.Counters(counters.values()));
      case JournalRecord.ConfigChange change ->
          append(
              JournalStream.CONFIG,
              new SpoolRecord.Config(surroundings.rows().apply(change.change())));
      case AuditEvent event -> append(JournalStream.CONFIG, new SpoolRecord.Audit(event));
      case RequestPayload payload -> appendPayload(payload);
    };
  }

  /** Appends a row of configuration as it is. */
  Appended append(StoredEntity row) {
    return append(JournalStream.CONFIG, new SpoolRecord.Config(row));
  }

  @Override
  public JournalState state() {
    return keeper.state();
  }

  /** Called after records were written; must be quick. */
  void onWritten(Runnable action) {
    onWritten = action;
  }

  /** Called when the disk does not take records, or takes them again; must be quick. */
  void onTrouble(Runnable action) {
    onTrouble = action;
  }

  /** Makes everything that was appended survive a power cut. */
  void commit() {
    writers.values().forEach(SpoolWriter::commit);
  }

  Keeper keeper() {
    return keeper;
  }

  /** Where records go to the store. */
  Drain drain() {
    return drain;
  }

  SpoolWriter writer(JournalStream stream) {
    return writers.get(stream);
  }

  /** How old the oldest record is that the store lacks, at most; 0 when it lacks none. */
  long oldestAgeMillis(JournalStream stream, long now) {
    Drain.Progress progress = drain.progress(stream);
    if (progress.lag() == 0) {
      return 0;
    }
    long oldest = keeper.spools(stream).stream().mapToLong(Spool::oldestMillis).min().orElse(now);
    return Math.max(0, now - Math.max(oldest, progress.confirmedMillis()));
  }

  /** One pass of the drain; returns how long to wait before the next one. */
  Duration drainPass() throws InterruptedException, IOException {
    Duration wait = drain.pass();
    for (Spool spool : lives.retire()) {
      drain.remove(spool);
    }
    return wait;
  }

  /** Commits what is there and closes the files. The store is not needed. */
  void close(Duration limit) {
    int left = 0;
    Map<JournalStream, Long> positions = new EnumMap<>(JournalStream.class);
    for (SpoolWriter writer : writers.values()) {
      left += writer.close(limit);
      positions.put(writer.spool().stream(), writer.lastSeq());
    }
    try {
      drain.close();
      if (positions.values().stream().anyMatch(seq -> seq > 0)) {
        new Positions(lives.current()).write(positions);
      }
    } catch (IOException e) {
      LOG.warn("journal: it was not closed cleanly: {}", e.toString());
    }
    if (left > 0) {
      LOG.error(
          "journal: {} records could not be written to {} and are lost", left, surroundings.root());
    }
  }

  private void open() {
    Map<JournalStream, Long> positions = new EnumMap<>(JournalStream.class);
    List<Spool> spools = List.of();
    try {
      positions.putAll(lives.positions());
      spools = new SpoolRecovery(lives.current()).recover();
    } catch (IOException e) {
      LOG.warn("journal: {} cannot be read: {}", lives.current(), e.toString());
    }
    for (JournalStream stream : JournalStream.values()) {
      Spool spool =
          spools.stream()
              .filter(each -> each.stream() == stream)
              .findFirst()
              .orElseGet(() -> new Spool(lives.current(), stream, surroundings.writer()));
      long start = Math.max(positions.getOrDefault(stream, 0L), spool.lastSeq());
      writers.put(
          stream,
          new SpoolWriter(spool, start, spoolSettings(), () -> onWritten.run(), this::changed));
      drain.add(spool, start);
    }
  }

  private void changed() {
    keeper.refresh();
    onTrouble.run();
  }

  private SpoolSettings spoolSettings() {
    return new SpoolSettings(
        settings.segmentBytes(),
        settings.memoryBytes(),
        settings.waitForDisk(),
        Duration.ofSeconds(1),
        settings.maxTotals(),
        surroundings.millis(),
        surroundings.random()::nextLong);
  }

  private Appended append(JournalStream stream, SpoolRecord record) {
    return append(stream, RecordCodec.encode(record));
  }

  private Appended append(JournalStream stream, EncodedRecord record) {
    return writers.get(stream).append(record);
  }

  private Appended appendPayload(RequestPayload payload) {
    if (keeper.shedsPayloads()) {
      keeper.countShed(1);
      return Appended.SHED;
    }
    int limit = settings.payloadBodyBytes();
    boolean fits = payload.request().length <= limit && payload.response().length <= limit;
    return append(
        JournalStream.PAYLOAD,
        surroundings
            .seal()
            .seal(
                fits
                    ? payload
                    : new RequestPayload(
                        payload.id(),
                        payload.startMillis(),
                        cut(payload.request(), limit),
                        cut(payload.response(), limit),
                        true)));
  }

  private static byte[] cut(byte[] body, int limit) {
    return body.length <= limit ? body : Arrays.copyOf(body, limit);
  }
}
