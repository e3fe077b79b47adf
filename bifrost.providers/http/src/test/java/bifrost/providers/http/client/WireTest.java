package bifrost.providers.http.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Header;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading answers off the wire: what is taken, what is refused, however it is split. */
class WireTest {

  @Test
  void aHeadIsRead() throws Exception {
    Head head =
        head(
            "HTTP/1.1 200 OK\r\nX-A:  b c \r\nContent-Length: 5\r\nKeep-Alive: max=9, timeout=7\r\n\r\n");
    assertEquals(200, head.status());
    assertEquals(
        List.of(new Header("X-A", "b c"), new Header("Content-Length", "5")), head.headers());
    assertEquals(5, head.length());
    assertEquals(7, head.keepAliveSeconds());
    assertTrue(head.reusable());
  }

  @Test
  void bareLineFeedsAndNoReasonAreTaken() throws Exception {
    Head head = head("HTTP/1.1 204\nX-A: b\n\n");
    assertEquals(204, head.status());
    assertEquals(0, head.length());
  }

  @Test
  void aConnectionIsUsedAgainOnlyWhenItsEndIsClear() throws Exception {
    assertTrue(head("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").reusable());
    assertFalse(head("HTTP/1.1 200 OK\r\n\r\n").reusable(), "ends with its connection");
    assertFalse(
        head("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: x, Close\r\n\r\n").reusable());
    assertFalse(head("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n").reusable());
    assertTrue(
        head("HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\n").reusable());
    Head both = head("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
    assertEquals(Head.CHUNKED, both.length());
    assertFalse(both.reusable(), "two ways to find its end");
  }

  @Test
  void interimAnswersAreSkippedAndBounded() throws Exception {
    assertEquals(
        200,
        head("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")
            .status());
    assertThrows(MalformedException.class, () -> head("HTTP/1.1 100 C\r\n\r\n".repeat(100)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 600 OK\r\n\r\n",
        "HTTP/1.1 101 Switch\r\n\r\n",
        "HTTP/1.2 200 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: empty\r\n\r\n",
        "HTTP/1.1 200 OK\r\nSpace : a\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\u0000c\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
      })
  void whatIsNotHttpIsRefused(String text) {
    assertThrows(MalformedException.class, () -> head(text));
  }

  @Test
  void aHeadIsBounded() throws Exception {
    String start = "HTTP/1.1 200 OK\r\n";
    assertThrows(MalformedException.class, () -> head(start + "A: b\r\n".repeat(300) + "\r\n"));
    assertThrows(
        MalformedException.class, () -> head(start + "A: " + "b".repeat(140_000) + "\r\n\r\n"));
    assertEquals(1, head(start + "A: " + "b".repeat(60_000) + "\r\n\r\n").headers().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\r\n",
        "\r\n",
        " 5\r\nhello",
        "5 x\nhello\nx",
        "5\r\nhelloX\r\n0\r\n\r\n",
        "fffffffffffff\r\n",
        "-1\r\n",
        "0x5\r\n"
      })
  void chunksThatAreNoneAreRefused(String text) {
    assertThrows(MalformedException.class, () -> body(text, Head.CHUNKED, 1000));
  }

  @Test
  void aBodyThatEndsEarlyIsNotComplete() {
    for (String text :
        List.of("5\r\nhel", "5\r\nhello", "5\r\nhello\r\n", "5\r\nhello\r\n0\r\n", "5")) {
      assertThrows(EOFException.class, () -> body(text, Head.CHUNKED, 1000), text);
    }
    assertThrows(EOFException.class, () -> body("hell", 5, 1000));
  }

  @Test
  void extensionsAndTrailersAreSkipped() throws Exception {
    assertEquals(
        "hello world",
        new String(
            body(
                "5;a=b\r\nhello\r\n006 ;x\r\n world\r\n0\r\nTrailer: x\r\n\r\n", Head.CHUNKED, 3)));
    assertThrows(
        MalformedException.class,
        () -> body("0\r\n" + "A: b\r\n".repeat(100) + "\r\n", Head.CHUNKED, 1000));
  }

  @Test
  void anyBodyIsReadWholeHoweverItIsSplit() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      byte[] content = new byte[random.nextInt(40_000)];
      random.nextBytes(content);
      ByteArrayOutputStream wire = new ByteArrayOutputStream();
      for (int at = 0; at < content.length; ) {
        int length = Math.min(content.length - at, 1 + random.nextInt(5_000));
        wire.writeBytes((Integer.toHexString(length) + "\r\n").getBytes());
        wire.write(content, at, length);
        wire.writeBytes("\r\n".getBytes());
        at += length;
      }
      wire.writeBytes("0\r\n\r\n".getBytes());
      int piece = 1 + random.nextInt(20_000);
      String where = "seed " + seed + ", round " + round;
      assertArrayEquals(content, read(wire.toByteArray(), Head.CHUNKED, piece), where);
      assertArrayEquals(content, read(content, content.length, piece), where);
      assertArrayEquals(content, read(content, Head.TO_THE_END, piece), where);
    }
  }

  @Test
  void anyBytesEndInAnExceptionOfOurs() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String alphabet = "HTTP/1.1 200 OK\r\n\r\n:;5a0x\u0000\t";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "HTTP/1.1 200 OK\r\n" : "");
      for (int i = random.nextInt(40); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        Connection connection =
            connection(
                text.toString().getBytes(StandardCharsets.ISO_8859_1), 1 + random.nextInt(9));
        BodyReader body = new BodyReader(connection, HeadReader.read(connection));
        while (body.next().hasRemaining()) {
          // to its end
        }
      } catch (MalformedException | EOFException e) {
        // as it should be
      } catch (IOException | RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + round + ": " + text, e);
      }
    }
  }

  private static Head head(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    HeadReader.read(connection(bytes, 1));
    return HeadReader.read(connection(bytes, Integer.MAX_VALUE));
  }

  private static byte[] body(String text, long length, int piece) throws IOException {
    return read(text.getBytes(StandardCharsets.ISO_8859_1), length, piece);
  }

  private static byte[] read(byte[] wire, long length, int piece) throws IOException {
    BodyReader body =
        new BodyReader(connection(wire, piece), new Head(200, List.of(), length, true, -1));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuffer data = body.next(); data.hasRemaining(); data = body.next()) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      all.writeBytes(bytes);
    }
    assertTrue(body.ended());
    return all.toByteArray();
  }

  /** A connection on which these bytes arrive in pieces. */
  private static Connection connection(byte[] bytes, int piece) throws IOException {
    InputStream in =
        new ByteArrayInputStream(bytes) {
          @Override
          public synchronized int read(byte[] buffer, int offset, int length) {
            return super.read(buffer, offset, Math.min(length, piece));
          }
        };
    Socket socket =
        new Socket() {
          @Override
          public InputStream getInputStream() {
            return in;
          }

          @Override
          public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
          }
        };
    return new Connection(socket, socket);
  }
}
