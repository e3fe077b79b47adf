package bifrost.api.model;

import java.util.Objects;

/**
 * A JSON value kept as its text.
 *
 * <p>It carries what Bifrost does not interpret (schemas, unknown fields) from one format to
 * another unchanged. The text is well-formed JSON by agreement of whoever makes it; it is not
 * checked again.
 *
 * @param text the JSON text, for example {@code {"type":"object"}}
 */
public record Json(String text) {
  /** Refuses {@code null} and an empty text. */
  public Json {
    Objects.requireNonNull(text, "text is null");
    if (text.isEmpty()) {
      throw new IllegalArgumentException("text is empty: JSON has no empty value, use null or {}");
    }
  }
}
