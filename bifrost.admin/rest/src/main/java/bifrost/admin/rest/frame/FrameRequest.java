package bifrost.admin.rest.frame;

import bifrost.api.http.HttpExchange;
import bifrost.api.management.ManagementRequest;
import bifrost.api.model.InvalidConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request as a resource sees it; the body is read when it is first asked for. */
final class FrameRequest implements ManagementRequest {
  /** The largest body in bytes. */
  static final int LARGEST_BODY = 1 << 20;

  private final HttpExchange exchange;
  private final JsonBodies json;
  private final String prefix;
  private final String actor;
  private Map<String, Object> body;

  FrameRequest(HttpExchange exchange, JsonBodies json, String prefix, String actor) {
    this.exchange = exchange;
    this.json = json;
    this.prefix = prefix;
    this.actor = actor;
  }

  @Override
  public String method() {
    return exchange.method().equals("HEAD") ? "GET" : exchange.method();
  }

  @Override
  public String path() {
    return exchange.path();
  }

  @Override
  public String below() {
    String rest = exchange.path().substring(prefix.length());
    String trimmed = rest.startsWith("/") ? rest.substring(1) : rest;
    return trimmed.endsWith("/") ? trimmed.substring(0, trimmed.length() - 1) : trimmed;
  }

  @Override
  public Map<String, String> query() {
    return exchange.queries();
  }

  @Override
  public Optional<String> header(String name) {
    return exchange.header(name);
  }

  @Override
  public Map<String, Object> body() {
    if (body == null) {
      requireJson();
      body = json.object(read());
    }
    return body;
  }

  @Override
  public String actor() {
    return actor;
  }

  @Override
  public String remoteAddress() {
    return exchange.remoteAddress();
  }

  @Override
  public String requestId() {
    return exchange.requestId();
  }

  /** A form in another site's page can send other types, but not this one. */
  private void requireJson() {
    String type = exchange.header("Content-Type").orElse("");
    String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!bare.equals("application/json")) {
      throw new UnsupportedBodyException(
          415, "unsupported_media_type", "send the body with Content-Type: application/json");
    }
    String coding = exchange.header("Content-Encoding").orElse("identity");
    if (!coding.equalsIgnoreCase("identity")) {
      throw new UnsupportedBodyException(
          415, "unsupported_media_type", "send the body without Content-Encoding");
    }
  }

  private byte[] read() {
    byte[] bytes = new byte[8 << 10];
    int length = 0;
    try (InputStream in = exchange.body()) {
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes, length, bytes.length - length)) {
        length += n;
        if (length > LARGEST_BODY) {
          throw new UnsupportedBodyException(
              413, "body_too_large", "the body is larger than " + LARGEST_BODY + " bytes");
        }
        if (length == bytes.length) {
          bytes = Arrays.copyOf(bytes, length * 2);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (length == 0) {
      throw new InvalidConfigException("", "the body is empty, send a JSON object");
    }
    return Arrays.copyOf(bytes, length);
  }
}
