package bifrost.runtime.journal.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.journal.AuditEvent;
import bifrost.api.journal.CounterValue;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.UsageTotal;
import bifrost.api.snapshot.Version;
import bifrost.runtime.journal.Records;
import bifrost.runtime.journal.record.EncodedRecord;
import bifrost.runtime.journal.record.MalformedRecordException;
import bifrost.runtime.journal.record.RecordCodec;
import bifrost.runtime.journal.record.SpoolRecord;
import bifrost.runtime.journal.segment.Frame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FoldTest {
  @Test
  void whatAdministratorsDidIsKeptOneByOne() throws MalformedRecordException {
    Fold fold = new Fold(10);
    for (int seq = 1; seq <= 3; seq++) {
      AuditEvent event =
          new AuditEvent(seq, "a", "", "r", "update", "team", "t", new Version(seq, "n"), "");
      fold.add(frame(seq, new SpoolRecord.Audit(event)));
    }
    List<Long> times = new ArrayList<>();
    for (Frame frame : fold.frames()) {
      times.add(((SpoolRecord.Audit) RecordCodec.decode(frame.record())).event().millis());
    }
    assertEquals(List.of(1L, 2L, 3L), times);
  }

  @Test
  void foldsOfFoldsComeToTheSumOfAllRecords() throws MalformedRecordException {
    for (long seed = 1; seed <= 50; seed++) {
      Random random = new Random(seed);
      List<Frame> frames = new ArrayList<>();
      Map<String, Long> greatest = new HashMap<>();
      long cost = 0;
      long tokens = 0;
      long errors = 0;
      long logs = 0;
      for (int seq = 1; seq <= 400; seq++) {
        if (random.nextInt(4) == 0) {
          String id = "c" + random.nextInt(5);
          long value = random.nextInt(1_000_000);
          greatest.merge(id, value, Math::max);
          frames.add(frame(seq, new SpoolRecord.Counters(Records.counter(id, value).values())));
        } else {
          RequestLog log = Records.log(random.nextInt(200_000));
          cost += log.costNanos();
          tokens += log.usage().inputTokens() + log.usage().outputTokens();
          errors += log.errorType().isEmpty() ? 0 : 1;
          logs++;
          frames.add(frame(seq, new SpoolRecord.Log(log)));
        }
      }
      while (frames.size() > 1 && random.nextInt(6) > 0) {
        frames = foldSome(frames, random, 3 + random.nextInt(100));
      }

      Sum sum = new Sum(frames);
      assertEquals(logs, sum.requests, "seed " + seed);
      assertEquals(cost, sum.cost, "seed " + seed);
      assertEquals(tokens, sum.tokens, "seed " + seed);
      assertEquals(errors, sum.errors, "seed " + seed);
      assertEquals(greatest, sum.counters, "seed " + seed);
      long after = 0;
      for (Frame frame : frames) {
        assertEquals(after, frame.after(), "every number is accounted for, seed " + seed);
        after = frame.seq();
      }
      assertEquals(400, after);
    }
  }

  @Test
  void sizeIsBoundedByWhatIsActiveNotByWhatHappened() {
    Fold fold = new Fold(1_000);
    for (int seq = 1; seq <= 100_000; seq++) {
      fold.add(frame(seq, new SpoolRecord.Log(Records.log(seq % 3_000))));
    }

    long bytes = fold.frames().stream().mapToLong(Frame::maxBytes).sum();

    assertEquals(100_000, fold.logs());
    assertTrue(bytes < 30_000, "bytes " + bytes);
  }

  @Test
  void totalsOfHoursBecomeTotalsOfDaysPastTheBound() throws MalformedRecordException {
    Fold fold = new Fold(20);
    for (int hour = 0; hour < 100; hour++) {
      fold.add(frame(hour + 1, new SpoolRecord.Log(Records.log(hour * 3_600L))));
    }

    Sum sum = new Sum(fold.frames());

    assertEquals(100, sum.requests);
    assertTrue(sum.totals <= 21, "totals " + sum.totals);
  }

  @Test
  void newestRowOfAnEntityWinsInWhateverOrder() throws MalformedRecordException {
    Fold fold = new Fold(10);
    int seq = 0;
    for (long version : new long[] {3, 9, 4}) {
      fold.add(
          frame(++seq, new SpoolRecord.Config(Records.row(Records.change("t", version).change()))));
    }

    List<Frame> frames = fold.frames();

    assertEquals(1, frames.size());
    SpoolRecord record = RecordCodec.decode(frames.getFirst().record());
    assertEquals(9, ((SpoolRecord.Config) record).row().version().time());
  }

  @Test
  void recordThatCannotBeReadIsKept() {
    Fold fold = new Fold(10);
    EncodedRecord strange = new EncodedRecord(77, 1, new byte[] {1});
    fold.add(new Frame(1, 1, 0, strange));
    fold.add(frame(2, new SpoolRecord.Shed(4)));

    assertEquals(strange, fold.frames().getFirst().record());
  }

  private static List<Frame> foldSome(List<Frame> frames, Random random, int maxTotals) {
    int from = random.nextInt(frames.size());
    int to = from + 1 + random.nextInt(frames.size() - from);
    Fold fold = new Fold(maxTotals);
    frames.subList(from, to).forEach(fold::add);
    List<Frame> result = new ArrayList<>(frames.subList(0, from));
    result.addAll(fold.frames());
    result.addAll(frames.subList(to, frames.size()));
    return result;
  }

  private static Frame frame(long seq, SpoolRecord record) {
    return new Frame(seq, 1, Records.START, RecordCodec.encode(record));
  }

  private static final class Sum {
    private final Map<String, Long> counters = new HashMap<>();
    private long requests;
    private long cost;
    private long tokens;
    private long errors;
    private long totals;

    Sum(List<Frame> frames) throws MalformedRecordException {
      for (Frame frame : frames) {
        switch (RecordCodec.decode(frame.record())) {
          case SpoolRecord.Log(RequestLog log) -> {
            requests++;
            cost += log.costNanos();
            tokens += log.usage().inputTokens() + log.usage().outputTokens();
            errors += log.errorType().isEmpty() ? 0 : 1;
          }
          case SpoolRecord.Total(UsageTotal total) -> {
            totals++;
            requests += total.requests();
            cost += total.costNanos();
            tokens += total.inputTokens() + total.outputTokens();
            errors += total.errors();
          }
          case SpoolRecord.Counters(List<CounterValue> values) ->
              values.forEach(value -> counters.merge(value.counter(), value.value(), Math::max));
          default -> throw new AssertionError("unexpected " + frame);
        }
      }
    }
  }
}
