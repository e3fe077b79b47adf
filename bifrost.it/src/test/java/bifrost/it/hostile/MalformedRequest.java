package bifrost.it.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import bifrost.it.support.RawHttp;
import java.util.Set;

/**
 * A request that has to be refused.
 *
 * @param name what is wrong with it
 * @param bytes what is sent
 * @param cut whether the client ends its side after it
 * @param statuses the statuses that are right
 * @param names a part of the message, which says what the problem is, whatever the case
 */
record MalformedRequest(
    String name, byte[] bytes, boolean cut, Set<Integer> statuses, String names) {
  private static final String CHAT = "/v1/chat/completions";
  private static final String JSON = "Content-Type: application/json\r\n";

  /** A chat request with this JSON body. */
  static MalformedRequest json(String name, String body, int status, String names) {
    return raw(name, RawHttp.post(CHAT, body), status, names);
  }

  /** A chat request with a body of these bytes. */
  static MalformedRequest body(String name, byte[] body, int status, String names) {
    return raw(name, RawHttp.post(CHAT, JSON, body), status, names);
  }

  /** A chat request to {@code echo} with this member in place of {@code messages}. */
  static MalformedRequest messages(String name, String member, String names) {
    return json(name, "{\"model\":\"echo/echo-1\"" + member + "}", 400, names);
  }

  /** A good chat request to which this member is added. */
  static MalformedRequest member(String name, String member, String names) {
    return json(
        name,
        "{\"model\":\"echo/echo-1\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
            + member
            + "}",
        400,
        names);
  }

  /** A good chat request with these header lines in place of the content type. */
  static MalformedRequest headers(String name, String headers, int status, String names) {
    return raw(name, RawHttp.post(CHAT, headers, good()), status, names);
  }

  /** A request without a body. */
  static MalformedRequest line(String name, String requestLine, int status, String names) {
    return raw(name, bytes(requestLine + "\r\nHost: localhost\r\n\r\n"), status, names);
  }

  /** A chat request whose framing is this: header lines, empty line, body. */
  static MalformedRequest framing(String name, String rest, int status, String names) {
    return raw(
        name,
        bytes("POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\n" + JSON + rest),
        status,
        names);
  }

  /** A transcription with this content type and body. */
  static MalformedRequest form(String name, String type, String body, int status, String names) {
    return raw(
        name,
        RawHttp.post(
            "/v1/audio/transcriptions",
            type.isEmpty() ? "" : "Content-Type: " + type + "\r\n",
            bytes(body)),
        status,
        names);
  }

  /** Any bytes. */
  static MalformedRequest raw(String name, byte[] bytes, int status, String names) {
    return new MalformedRequest(name, bytes, false, Set.of(status), names);
  }

  /** The same, ended by the client. */
  MalformedRequest thenCut() {
    return new MalformedRequest(name, bytes, true, statuses, names);
  }

  /** The same, for which another status is right too. */
  MalformedRequest or(int status) {
    return new MalformedRequest(
        name, bytes, cut, Set.of(status, statuses.iterator().next()), names);
  }

  static byte[] good() {
    return "{\"model\":\"echo/echo-1\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
        .getBytes(UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  @Override
  public String toString() {
    return name;
  }
}
