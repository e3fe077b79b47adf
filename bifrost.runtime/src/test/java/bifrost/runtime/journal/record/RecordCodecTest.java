package bifrost.runtime.journal.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.journal.AuditEvent;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.RequestPayload;
import bifrost.api.journal.UsageTotal;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.journal.Records;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
  private static final List<SpoolRecord> ALL =
      List.of(
          new SpoolRecord.Log(Records.log(0)),
          new SpoolRecord.Log(Records.log(1_234_567)),
          new SpoolRecord.Counters(Records.counter("budget/ä", Long.MAX_VALUE).values()),
          new SpoolRecord.Config(Records.row(Records.change("t", 77).change())),
          new SpoolRecord.Config(
              new StoredEntity(
                  EntityType.VIRTUAL_KEY, "gone", new Version(1, "n"), Optional.empty(), "seed")),
          new SpoolRecord.Total(
              new UsageTotal(-3_600_000, 3600, "vk", "", "c", "p", "m", 9, 1, 2, 3, -4)),
          new SpoolRecord.Audit(
              new AuditEvent(
                  Records.START,
                  "ädmin",
                  "::1",
                  "r",
                  "delete",
                  "team",
                  "t",
                  new Version(5, "n"),
                  "")),
          new SpoolRecord.Shed(12));

  @Test
  void everyKindOfRecordComesBackAsItWas() throws MalformedRecordException {
    for (SpoolRecord record : ALL) {
      assertEquals(record, RecordCodec.decode(RecordCodec.encode(record)));
    }
  }

  @Test
  void payloadComesBackAsItWas() throws MalformedRecordException {
    RequestPayload payload =
        new RequestPayload("id", Records.START, new byte[] {1, 2}, new byte[0], true);

    SpoolRecord back = RecordCodec.decode(RecordCodec.encode(new SpoolRecord.Payload(payload)));

    RequestPayload read = ((SpoolRecord.Payload) back).payload();
    assertEquals("id", read.id());
    assertArrayEquals(new byte[] {1, 2}, read.request());
    assertEquals(0, read.response().length);
    assertTrue(read.truncated());
  }

  @Test
  void logOfAverageRequestTakesLessThan200Bytes() {
    assertTrue(RecordCodec.encode(new SpoolRecord.Log(Records.log(5))).body().length < 200);
  }

  @Test
  void overlongNamesOfACallerAreCutBetweenCharacters() throws MalformedRecordException {
    RequestLog log = Records.log(1);
    String model = "x".repeat(511) + "😀😀";
    RequestLog wild =
        new RequestLog(
            log.id(),
            log.startMillis(),
            log.operation(),
            log.provider(),
            model,
            log.wireModel(),
            log.keyId(),
            log.keyName(),
            log.charged(),
            1,
            0,
            false,
            200,
            "",
            log.usage(),
            0,
            0,
            0);

    SpoolRecord back = RecordCodec.decode(RecordCodec.encode(new SpoolRecord.Log(wild)));

    assertEquals("x".repeat(511), ((SpoolRecord.Log) back).log().model());
  }

  @Test
  void unknownTypeAndUnknownVersionAreRefused() {
    byte[] body = RecordCodec.encode(ALL.getFirst()).body();

    assertThrows(
        MalformedRecordException.class, () -> RecordCodec.decode(new EncodedRecord(99, 1, body)));
    assertThrows(
        MalformedRecordException.class, () -> RecordCodec.decode(new EncodedRecord(1, 2, body)));
  }

  @Test
  void recordBeyondTheLimitIsRefused() {
    RequestPayload payload =
        new RequestPayload("id", 0, new byte[RecordCodec.MAX_BYTES], new byte[1], false);

    assertThrows(
        IllegalArgumentException.class, () -> RecordCodec.encode(new SpoolRecord.Payload(payload)));
  }

  @Test
  void arbitraryBytesAreARecordOrMalformedButNeverAnythingElse() {
    Random random = new Random(20_260_101);
    for (int i = 0; i < 40_000; i++) {
      EncodedRecord seed = RecordCodec.encode(ALL.get(random.nextInt(ALL.size())));
      byte[] body = seed.body().clone();
      if (random.nextInt(4) == 0) {
        random.nextBytes(body);
      }
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt();
      }
      EncodedRecord wild =
          new EncodedRecord(
              random.nextInt(8), 1, Arrays.copyOf(body, random.nextInt(body.length + 3)));
      try {
        RecordCodec.encode(RecordCodec.decode(wild));
      } catch (MalformedRecordException expected) {
        assertTrue(expected.getMessage().length() < 300);
      }
    }
  }
}
