package bifrost.runtime.journal.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.journal.JournalStream;
import bifrost.api.journal.Writer;
import bifrost.runtime.journal.file.SimulatedDisk;
import bifrost.runtime.journal.record.ByteSink;
import bifrost.runtime.journal.record.EncodedRecord;
import bifrost.runtime.journal.record.MalformedRecordException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentReaderTest {
  private static final SegmentHeader HEADER =
      new SegmentHeader(JournalStream.ACCOUNTING, new Writer("node", 3), 11, 1_000, 0x5a17L);

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final Random random = new Random(42);

  @Test
  void framesComeBackInOrder() throws IOException {
    Read read = read(segment(50));

    assertEquals(HEADER, read.header);
    assertEquals(50, read.frames.size());
    assertEquals(11, read.frames.getFirst().seq());
    assertEquals(60, read.frames.getLast().seq());
    assertEquals(1_000 + 60, read.frames.getLast().millis());
    assertEquals(0, read.lost);
  }

  @Test
  void tailCutAtAnyByteLosesNoFrameBeforeTheCut() throws IOException {
    byte[] whole = segment(12);
    List<Integer> ends = ends(whole);

    for (int cut = SegmentHeader.BYTES; cut <= whole.length; cut++) {
      int end = cut;
      long kept = ends.stream().filter(at -> at <= end).count();
      Read zeros = read(Arrays.copyOf(Arrays.copyOf(whole, cut), whole.length + 4_096));
      Read bare = read(Arrays.copyOf(whole, cut));
      assertTrue(zeros.frames.size() >= kept, "cut at " + cut);
      assertTrue(bare.frames.size() >= kept - 1, "cut at " + cut);
      assertEquals(0, zeros.lost);
    }
  }

  @Test
  void flippedByteLosesOneFrameAtMostAndSaysSo() throws IOException {
    byte[] whole = segment(12);
    for (int at = SegmentHeader.BYTES; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));

      Read read = read(damaged);

      assertTrue(read.frames.size() >= 11, "flipped at " + at);
      boolean lastIsGone = read.frames.getLast().seq() == 21;
      assertEquals(12 - read.frames.size() - (lastIsGone ? 1 : 0), read.lost, "flipped at " + at);
    }
  }

  @Test
  void flippedByteInTheHeaderIsHarmless() throws IOException {
    byte[] whole = segment(3);
    for (int at = 0; at < SegmentHeader.BYTES; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x40;

      assertEquals(3, read(damaged).frames.size(), "flipped at " + at);
    }
  }

  @Test
  void fileWithoutAnyHeaderIsRefused() {
    assertThrows(MalformedRecordException.class, () -> read(new byte[0]));
    assertThrows(MalformedRecordException.class, () -> read(new byte[10_000]));
  }

  @Test
  void recordThatLooksLikeAFrameIsNotTakenForOne() throws IOException {
    ByteSink forged = new ByteSink(100);
    SegmentHeader guessed = new SegmentHeader(HEADER.stream(), HEADER.writer(), 11, 1_000, 0xBAD);
    frame(12, new byte[40]).writeTo(forged, guessed);
    ByteSink out = start();
    frame(11, new byte[] {1}).writeTo(out, HEADER);
    int victim = out.length();
    for (int padding = 0; padding < 8; padding++) {
      ByteSink body = new ByteSink(100);
      body.raw(new byte[padding], 0, padding).raw(forged.toBytes(), 0, forged.length());
      frame(12 + padding, body.toBytes()).writeTo(out, HEADER);
    }
    byte[] damaged = out.toBytes();
    damaged[victim] ^= 1;

    assertEquals(8, read(damaged).frames.size());
  }

  @Test
  void spansAccountForNumbersThatWereFoldedTogether() throws IOException {
    ByteSink out = start();
    new Frame(100, 90, 1_000, new EncodedRecord(1, 1, new byte[3])).writeTo(out, HEADER);
    new Frame(105, 2, 1_000, new EncodedRecord(1, 1, new byte[3])).writeTo(out, HEADER);

    Read read = read(out.toBytes());

    assertEquals(2, read.frames.size());
    assertEquals(3, read.lost);
  }

  @Test
  void arbitraryDamageNeverThrowsAndNeverInventsARecord() throws IOException {
    for (int round = 0; round < 3_000; round++) {
      int count = 1 + random.nextInt(20);
      byte[] bytes = segment(count);
      int from = SegmentHeader.BYTES;
      switch (random.nextInt(4)) {
        case 0 -> {
          for (int i = random.nextInt(40); i >= 0; i--) {
            bytes[from + random.nextInt(bytes.length - from)] = (byte) random.nextInt();
          }
        }
        case 1 -> {
          byte[] noise = new byte[random.nextInt(bytes.length - from)];
          random.nextBytes(noise);
          System.arraycopy(noise, 0, bytes, from, noise.length);
        }
        case 2 -> {
          int length = random.nextInt(bytes.length - from);
          int source = from + random.nextInt(bytes.length - from - length);
          int target = from + random.nextInt(bytes.length - from - length);
          System.arraycopy(bytes, source, bytes, target, length);
        }
        default -> bytes = Arrays.copyOf(bytes, from + random.nextInt(bytes.length - from));
      }
      Read read = read(bytes);
      long last = 10;
      for (Frame frame : read.frames) {
        assertTrue(frame.seq() > last && frame.seq() < 11 + count, "round " + round);
        assertEquals(expectedBody(frame.seq()).length, frame.record().body().length);
        assertTrue(Arrays.equals(expectedBody(frame.seq()), frame.record().body()));
        last = frame.seq();
      }
    }
  }

  @Test
  void readerGoesOnWhenTheLimitMoves() throws IOException {
    byte[] whole = segment(4);
    List<Integer> ends = ends(whole);
    disk.put("s", whole);
    try (SegmentReader reader = SegmentReader.open(disk.root().open("s"))) {
      assertEquals(11, reader.next(ends.get(0)).orElseThrow().seq());
      assertEquals(Optional.empty(), reader.next(ends.get(0)));
      assertEquals(Optional.empty(), reader.next(ends.get(1) - 8));
      assertEquals(12, reader.next(ends.get(1)).orElseThrow().seq());
      assertEquals(13, reader.next(ends.get(3)).orElseThrow().seq());
    }
  }

  private record Read(SegmentHeader header, List<Frame> frames, long lost) {}

  private Read read(byte[] bytes) throws IOException {
    disk.put("segment", bytes);
    try (SegmentReader reader = SegmentReader.open(disk.root().open("segment"))) {
      List<Frame> frames = new ArrayList<>();
      Optional<Frame> frame;
      while ((frame = reader.next(bytes.length)).isPresent()) {
        frames.add(frame.get());
      }
      return new Read(reader.header(), frames, reader.lost());
    }
  }

  private static byte[] segment(int frames) {
    ByteSink out = start();
    for (int i = 0; i < frames; i++) {
      frame(11 + i, expectedBody(11 + i)).writeTo(out, HEADER);
    }
    return out.toBytes();
  }

  private static List<Integer> ends(byte[] segment) {
    List<Integer> ends = new ArrayList<>();
    ByteSink out = start();
    for (int seq = 11; out.length() < segment.length; seq++) {
      frame(seq, expectedBody(seq)).writeTo(out, HEADER);
      ends.add(out.length());
    }
    return ends;
  }

  private static byte[] expectedBody(long seq) {
    byte[] body = new byte[(int) (seq * 7 % 60) + 1];
    Arrays.fill(body, (byte) seq);
    return body;
  }

  private static ByteSink start() {
    ByteSink out = new ByteSink(8_192);
    return out.raw(HEADER.toBytes(), 0, SegmentHeader.BYTES);
  }

  private static Frame frame(long seq, byte[] body) {
    return new Frame(seq, 1, 1_000 + seq, new EncodedRecord(1, 1, body));
  }
}
