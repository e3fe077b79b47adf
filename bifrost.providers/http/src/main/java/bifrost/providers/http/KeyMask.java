package bifrost.providers.http;

import bifrost.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Takes keys out of texts of an upstream: the key in use, long pieces of its start and end, and
 * words that have the shape of a key.
 */
final class KeyMask {
  private static final String STARS = "***";
  private static final int PIECE = 8;

  /** A vendor's prefix and what follows, as {@code sk-proj-...}, partly starred or not. */
  private static final Pattern KEY_SHAPE =
      Pattern.compile("\\b(?:sk|pk|rk|gsk|xai|csk|pplx|fw|tgp|nvapi|key)[-_][A-Za-z0-9_*.\\-]{6,}");

  private KeyMask() {}

  static String text(String text, Secret key) {
    return KEY_SHAPE.matcher(withoutKey(text, key)).replaceAll(STARS);
  }

  /** Takes only the key itself out of a body, whose other bytes stay as they are. */
  static byte[] body(byte[] body, Secret key) {
    String text = new String(body, StandardCharsets.ISO_8859_1);
    if (key.isEmpty() || !text.contains(key.reveal())) {
      return body;
    }
    return text.replace(key.reveal(), STARS).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String withoutKey(String text, Secret key) {
    if (key.isEmpty()) {
      return text;
    }
    String value = key.reveal();
    String masked = text.replace(value, STARS);
    if (value.length() < 2 * PIECE) {
      return masked;
    }
    String start = Pattern.quote(value.substring(0, PIECE));
    String end = Pattern.quote(value.substring(value.length() - PIECE));
    return masked
        .replaceAll(start + "[A-Za-z0-9_*.\\-]*", STARS)
        .replaceAll("[A-Za-z0-9_*.\\-]*" + end, STARS);
  }
}
