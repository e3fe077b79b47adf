package bifrost.admin.rest.frame;

import bifrost.api.model.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;

/** The one shape of errors. */
final class ErrorBody {
  private ErrorBody() {}

  /**
   * The body of a refusal.
   *
   * @param extra the members of {@code extra_fields}
   */
  static Map<String, Object> of(Refusal refusal, Map<?, ?> extra) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("type", refusal.type());
    error.put("code", refusal.code());
    error.put("message", refusal.message());
    error.put("param", refusal.param().orElse(null));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", refusal.type());
    body.put("status_code", refusal.status());
    body.put("error", error);
    body.put("extra_fields", extra);
    return body;
  }
}
