package bifrost.it.support;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An HTTP/1.1 answer read from a socket, byte by byte.
 *
 * @param status the status
 * @param headers header fields, names in lower case, the last one of a name
 * @param body the body without framing
 */
public record RawAnswer(int status, Map<String, String> headers, byte[] body) {
  /** The body as UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Reads one answer, 1xx ones skipped. */
  public static RawAnswer read(InputStream in) throws IOException {
    String line = readLine(in);
    int status = status(line);
    Map<String, String> headers = readHeaders(in);
    if (status < 200) {
      return read(in);
    }
    return new RawAnswer(status, headers, readBody(in, status, headers));
  }

  /** Reads status line and headers only; the body is left in the stream. */
  public static RawAnswer readHead(InputStream in) throws IOException {
    int status = status(readLine(in));
    return new RawAnswer(status, readHeaders(in), new byte[0]);
  }

  /**
   * Reads one chunk of a chunked body; empty at its end. The line break after a chunk is read with
   * the next one: a server may send it that late.
   */
  public static byte[] readChunk(InputStream in) throws IOException {
    String size = readLine(in);
    if (size.isEmpty()) {
      size = readLine(in);
    }
    int length = Integer.parseInt(size.split(";")[0].trim(), 16);
    byte[] chunk = in.readNBytes(length);
    if (length == 0) {
      readLine(in);
    } else if (chunk.length < length) {
      throw new EOFException("chunk cut at " + chunk.length + " of " + length);
    }
    return chunk;
  }

  private static int status(String line) throws IOException {
    String[] parts = line.split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.")) {
      throw new IOException("no status line: " + line);
    }
    return Integer.parseInt(parts[1]);
  }

  private static Map<String, String> readHeaders(InputStream in) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).trim().toLowerCase(Locale.ROOT),
          line.substring(colon + 1).trim());
    }
    return headers;
  }

  private static byte[] readBody(InputStream in, int status, Map<String, String> headers)
      throws IOException {
    if (status == 204 || status == 304) {
      return new byte[0];
    }
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      for (byte[] chunk = readChunk(in); chunk.length > 0; chunk = readChunk(in)) {
        body.write(chunk);
      }
      return body.toByteArray();
    }
    if (headers.containsKey("content-length")) {
      int length = Integer.parseInt(headers.get("content-length"));
      byte[] body = in.readNBytes(length);
      if (body.length < length) {
        throw new EOFException("body cut at " + body.length + " of " + length);
      }
      return body;
    }
    return in.readAllBytes();
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("closed after '" + line + "'");
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }
}
