package bifrost.admin.rest;

import bifrost.api.http.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A request and its answer without a listener. */
public final class TestExchange implements HttpExchange {
  private final String method;
  private final String path;
  private final Map<String, String> query = new LinkedHashMap<>();
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, String> answerHeaders = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
  private byte[] body = new byte[0];
  private String address = "127.0.0.1";
  private boolean loopback = true;
  private int status;

  /** A request on a loopback listener, with a loopback {@code Host}. */
  public TestExchange(String method, String target) {
    this.method = method;
    String[] parts = target.split("\\?", 2);
    this.path = parts[0];
    if (parts.length == 2) {
      for (String pair : parts[1].split("&")) {
        String[] sides = pair.split("=", 2);
        query.putIfAbsent(
            sides[0], sides.length < 2 ? "" : URLDecoder.decode(sides[1], StandardCharsets.UTF_8));
      }
    }
    headers.put("Host", "127.0.0.1:8080");
  }

  /** The same with a header field; an empty value takes it out. */
  public TestExchange with(String name, String value) {
    if (value.isEmpty()) {
      headers.remove(name);
    } else {
      headers.put(name, value);
    }
    return this;
  }

  /** The same with a JSON body. */
  public TestExchange json(String text) {
    return with("Content-Type", "application/json").bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same with any body. */
  public TestExchange bytes(byte[] bytes) {
    body = bytes;
    return this;
  }

  /** The same on a listener for other machines. */
  public TestExchange open() {
    loopback = false;
    return this;
  }

  /** The same from an address. */
  public TestExchange from(String remote) {
    address = remote;
    return this;
  }

  /** The status of the answer. */
  public int status() {
    return status;
  }

  /** A header field of the answer. */
  public String answerHeader(String name) {
    return answerHeaders.get(name);
  }

  /** The body of the answer. */
  public String text() {
    return answer.toString(StandardCharsets.UTF_8);
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name));
  }

  @Override
  public Map<String, String> queries() {
    return query;
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  @Override
  public String requestId() {
    return "request-1";
  }

  @Override
  public String remoteAddress() {
    return address;
  }

  @Override
  public boolean loopback() {
    return loopback;
  }

  @Override
  public InputStream body() {
    return new ByteArrayInputStream(body);
  }

  @Override
  public void setHeader(String name, String value) {
    answerHeaders.put(name, value);
  }

  @Override
  public void respond(int code, String contentType, byte[] bytes) {
    status = code;
    answer.writeBytes(bytes);
  }

  @Override
  public OutputStream stream(int code, String contentType) {
    status = code;
    return answer;
  }
}
