package bifrost.providers.http;

import bifrost.api.model.Secret;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Turns an upstream's error answer into a failure: the kind by its status, the wish to wait, the
 * body up to a bound, and the message that its JSON carries, without keys.
 */
public final class UpstreamErrors {
  /** The most of an error's body that is kept. */
  public static final int MAX_BODY_BYTES = 64 * 1024;

  private static final int MAX_MESSAGE_CHARS = 500;
  private static final JsonFactory JSON = new JsonFactory();

  private UpstreamErrors() {}

  /**
   * Reads an answer whose status is outside the 200s; the caller closes it.
   *
   * @param response the answer
   * @param upstream what to call the upstream in the message
   * @param key the key in use, which is masked wherever it appears
   * @return the failure
   * @throws InterruptedException when the thread was interrupted
   */
  public static UpstreamFailure read(UpstreamResponse response, String upstream, Secret key)
      throws InterruptedException {
    byte[] body = body(response);
    int status = response.status();
    Detail detail = Detail.of(body);
    return new UpstreamFailure(
        detail.spentQuota() ? Kind.BILLING : UpstreamFailure.kindOf(status),
        status,
        message(upstream + " answered " + status, detail, key),
        RetryAfter.of(response, Instant.now()),
        KeyMask.body(body, key),
        response.contentType(),
        false);
  }

  /**
   * The failure that an error object within a stream describes.
   *
   * @param json the event's data: an object with {@code error} in it
   * @param upstream what to call the upstream in the message
   * @param key the key in use
   */
  public static UpstreamFailure ofEvent(byte[] json, String upstream, Secret key) {
    Detail detail = Detail.of(json);
    int status = detail.status();
    Kind kind = status == 0 ? Kind.SERVER_ERROR : UpstreamFailure.kindOf(status);
    return new UpstreamFailure(
        detail.spentQuota() ? Kind.BILLING : kind,
        status,
        message(upstream + " sent an error in its stream", detail, key),
        Optional.empty(),
        KeyMask.body(json, key),
        "application/json",
        true);
  }

  private static String message(String what, Detail detail, Secret key) {
    String said = KeyMask.text(detail.message(), key).replaceAll("\\p{Cntrl}+", " ").strip();
    if (said.isEmpty()) {
      return what;
    }
    return what
        + ": "
        + (said.length() > MAX_MESSAGE_CHARS ? said.substring(0, MAX_MESSAGE_CHARS) + "..." : said);
  }

  /** What arrives of the body within the bound; an error whose body breaks off is still one. */
  private static byte[] body(UpstreamResponse response) throws InterruptedException {
    ByteArrayOutputStream all = new ByteArrayOutputStream(1024);
    try {
      ByteBuffer data = response.next();
      while (data.hasRemaining() && all.size() < MAX_BODY_BYTES) {
        byte[] piece = new byte[Math.min(data.remaining(), MAX_BODY_BYTES - all.size())];
        data.get(piece);
        all.writeBytes(piece);
        data = response.next();
      }
    } catch (UpstreamException e) {
      // The status says enough.
    }
    return all.toByteArray();
  }

  /**
   * What the usual shapes of an error say: {@code {"error": {"message", "type", "code"}}}, {@code
   * {"error": "..."}}, {@code {"message": "..."}}, {@code {"detail": "..."}}.
   */
  private record Detail(String message, String type, String code) {
    static Detail of(byte[] json) {
      String message = "";
      String type = "";
      String code = "";
      try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
        int depth = 0;
        boolean inError = false;
        String name = "";
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
          if (token == JsonToken.PROPERTY_NAME) {
            name = parser.currentName();
          } else if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            depth++;
            inError |= depth == 2 && "error".equals(name) && token == JsonToken.START_OBJECT;
          } else if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
            inError &= depth != 2;
            depth--;
          } else if (token.isScalarValue() && (depth == 1 || depth == 2 && inError)) {
            String value = token == JsonToken.VALUE_NULL ? "" : parser.getString();
            switch (name) {
              case "message" -> message = value;
              case "error", "detail" -> message = depth == 1 && message.isEmpty() ? value : message;
              case "type" -> type = inError ? value : type;
              case "code" -> code = value;
              default -> {}
            }
          }
        }
      } catch (JacksonException e) {
        // Cut off or no JSON: what was found before counts.
      }
      return new Detail(message, type, code);
    }

    boolean spentQuota() {
      return "insufficient_quota".equals(code) || "insufficient_quota".equals(type);
    }

    /** The status that an error within a stream names by its code or implies by its type. */
    int status() {
      if (code.length() == 3 && code.chars().allMatch(Character::isDigit)) {
        int value = Integer.parseInt(code);
        return value >= 400 && value <= 599 ? value : 0;
      }
      return switch (type.isEmpty() ? code : type) {
        case "rate_limit_error", "rate_limit_exceeded", "tokens", "requests" -> 429;
        case "invalid_request_error" -> 400;
        case "authentication_error" -> 401;
        case "permission_error" -> 403;
        case "not_found_error" -> 404;
        case "overloaded_error", "service_unavailable" -> 503;
        default -> 0;
      };
    }
  }
}
