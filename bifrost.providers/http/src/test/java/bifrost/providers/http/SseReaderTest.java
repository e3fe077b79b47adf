package bifrost.providers.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.provider.UpstreamFailure.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SseReaderTest {

  @Test
  void aFrameReachesToItsEmptyLine() throws Exception {
    SseReader reader = reader("data: a\n\ndata: b\n\n");

    assertTrue(reader.advance());
    assertEquals("data: a\n\n", text(reader.frame()));
    assertEquals("a", text(reader.data()));
    assertTrue(reader.advance());
    assertEquals("data: b\n\n", text(reader.frame()));
    assertFalse(reader.advance());
    assertEquals("", text(reader.remainder()));
  }

  @Test
  void everyLineEndIsUnderstood() throws Exception {
    for (String end : List.of("\n", "\r\n", "\r")) {
      String frame = "event: x" + end + "data: a" + end + end;
      SseReader reader = reader(frame + frame);
      assertTrue(reader.advance());
      assertEquals(frame, text(reader.frame()), () -> "line end of " + end.length());
      assertEquals("x", reader.event());
      assertTrue(reader.advance());
      assertEquals(frame, text(reader.frame()));
      assertFalse(reader.advance());
    }
  }

  @Test
  void lineEndsMayBeMixed() throws Exception {
    assertEquals(List.of("a", "b\nc", "d"), data("data:a\r\n\ndata: b\rdata: c\n\rdata: d\n\r\n"));
  }

  @Test
  void severalDataLinesAreJoined() throws Exception {
    assertEquals(List.of("a\nb\n\nc"), data("data: a\ndata:b\ndata\ndata: c\n\n"));
  }

  @Test
  void commentsAndOtherFieldsCarryNoData() throws Exception {
    assertEquals(List.of("", "a", ""), data(": ping\n\nid: 7\ndata: a\ndatax: b\n\nretry: 5\n\n"));
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstField() throws Exception {
    SseReader reader = reader("\uFEFFdata: a\n\n\uFEFFdata: b\n\n");
    assertTrue(reader.advance());
    assertEquals("a", text(reader.data()));
    assertEquals("\uFEFFdata: a\n\n", text(reader.frame()));
    assertTrue(reader.advance());
    assertEquals("", text(reader.data()), "only the first one is a mark");
  }

  @Test
  void aFrameWithinOneBufferIsNotCopied() throws Exception {
    byte[] bytes = "data: a\n\ndata: b\n\n".getBytes(StandardCharsets.UTF_8);
    SseReader reader = new SseReader(new Chunks(List.of(bytes))::next, 100);
    assertTrue(reader.advance());
    assertSame(bytes, reader.frame().array());
    assertTrue(reader.advance());
    assertSame(bytes, reader.frame().array());
  }

  @Test
  void aFrameIsThereAsSoonAsItsLastByteIs() throws Exception {
    List<byte[]> chunks = List.of("data: a\r\n\r".getBytes(), "\ndata: b\r\n\r\n".getBytes());
    Chunks source = new Chunks(chunks);
    SseReader reader = new SseReader(source::next, 100);
    assertTrue(reader.advance());
    assertEquals(1, source.taken, "nothing was awaited behind the empty line");
    assertTrue(reader.advance());
    assertEquals("b", text(reader.data()));
    assertEquals("\ndata: b\r\n\r\n", text(reader.frame()), "every byte is kept");
  }

  @Test
  void aStreamThatEndsInAFrameLeavesARemainder() throws Exception {
    SseReader reader = reader("data: a\n\ndata: [DO");
    assertTrue(reader.advance());
    assertFalse(reader.advance());
    assertEquals("data: [DO", text(reader.remainder()));
  }

  @Test
  void aFrameBeyondTheBoundIsRefused() {
    SseReader reader = new SseReader(new Chunks(List.of(new byte[60], new byte[60]))::next, 100);
    UpstreamException refused = assertThrows(UpstreamException.class, reader::advance);
    assertEquals(Kind.PROTOCOL, refused.failure().kind());
  }

  @Test
  void aFrameOfExactlyTheBoundIsTaken() throws Exception {
    String frame = "data: " + "x".repeat(92) + "\n\n";
    SseReader reader = new SseReader(new Chunks(split(frame, 7))::next, 100);
    assertTrue(reader.advance());
    assertEquals(frame, text(reader.frame()));
  }

  @Test
  void charactersOfSeveralBytesStayWholeAtEverySplit() throws Exception {
    String stream = "data: {\"t\":\"äöü 漢字 🎉\"}\n\ndata: é\r\n\r\n";
    for (int size = 1; size < 12; size++) {
      assertEquals(List.of("{\"t\":\"äöü 漢字 🎉\"}", "é"), data(split(stream, size)));
    }
  }

  @Test
  void anyStreamGivesTheSameEventsHoweverItIsSplit() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      String stream = randomStream(random);
      List<String> whole = data(List.of(stream.getBytes(StandardCharsets.UTF_8)));
      List<byte[]> chunks = randomSplit(stream.getBytes(StandardCharsets.UTF_8), random);
      String where = "seed " + seed + ", round " + round;
      assertEquals(nonEmpty(whole), nonEmpty(data(chunks)), where);
      assertArrayEquals(stream.getBytes(StandardCharsets.UTF_8), allBytes(chunks), where);
    }
  }

  private static String randomStream(Random random) {
    String[] pieces = {
      "data", ":", " ", "\n", "\r", "\r\n", "\n\n", "a", "ü", "event: x", "\uFEFF"
    };
    StringBuilder stream = new StringBuilder();
    for (int i = random.nextInt(40); i > 0; i--) {
      stream.append(pieces[random.nextInt(pieces.length)]);
    }
    return stream.toString();
  }

  private static List<byte[]> randomSplit(byte[] bytes, Random random) {
    List<byte[]> chunks = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(bytes.length - at, 1 + random.nextInt(5));
      chunks.add(java.util.Arrays.copyOfRange(bytes, at, at + length));
      at += length;
    }
    return chunks;
  }

  private static List<byte[]> split(String text, int size) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<byte[]> chunks = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += size) {
      chunks.add(java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
    }
    return chunks;
  }

  private static SseReader reader(String stream) {
    return new SseReader(new Chunks(List.of(stream.getBytes(StandardCharsets.UTF_8)))::next, 1000);
  }

  private static List<String> data(String stream) throws Exception {
    return data(List.of(stream.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> data(List<byte[]> chunks) throws Exception {
    SseReader reader = new SseReader(new Chunks(chunks)::next, 1000);
    List<String> all = new ArrayList<>();
    while (reader.advance()) {
      all.add(text(reader.data()));
    }
    return all;
  }

  private static byte[] allBytes(List<byte[]> chunks) throws Exception {
    SseReader reader = new SseReader(new Chunks(chunks)::next, 1000);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (reader.advance()) {
      all.writeBytes(bytes(reader.frame()));
    }
    all.writeBytes(bytes(reader.remainder()));
    return all.toByteArray();
  }

  private static List<String> nonEmpty(List<String> all) {
    return all.stream().filter(text -> !text.isEmpty()).toList();
  }

  private static String text(ByteBuffer buffer) {
    return new String(bytes(buffer), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /** A source of given chunks. */
  private static final class Chunks {
    private final List<byte[]> chunks;
    private int taken;

    Chunks(List<byte[]> chunks) {
      this.chunks = chunks.stream().filter(chunk -> chunk.length > 0).toList();
    }

    ByteBuffer next() {
      return ByteBuffer.wrap(taken < chunks.size() ? chunks.get(taken++) : new byte[0]);
    }
  }
}
