package bifrost.runtime.format;

import bifrost.runtime.json.JsonStrings;
import java.nio.charset.StandardCharsets;

/** Writes errors in the shape of design section 3, which OpenAI's own SDKs read. */
public final class OpenAiErrors {
  private OpenAiErrors() {}

  /** The error as a JSON object. */
  public static byte[] body(ErrorReport report) {
    return json(report).getBytes(StandardCharsets.UTF_8);
  }

  /** The error as a server-sent event. */
  public static byte[] event(ErrorReport report) {
    return ("data: " + json(report) + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String json(ErrorReport report) {
    StringBuilder out = new StringBuilder(256);
    out.append("{\"type\":");
    JsonStrings.append(out, report.type());
    out.append(",\"status_code\":").append(report.status()).append(",\"error\":");
    if (report.upstreamError().isPresent()) {
      out.append(report.upstreamError().get());
    } else {
      out.append("{\"type\":");
      JsonStrings.append(out, report.type());
      out.append(",\"code\":");
      JsonStrings.append(out, report.code());
      out.append(",\"message\":");
      JsonStrings.append(out, report.message());
      out.append(",\"param\":");
      report.param().ifPresentOrElse(p -> JsonStrings.append(out, p), () -> out.append("null"));
      out.append('}');
    }
    out.append(",\"extra_fields\":{");
    if (!report.provider().isEmpty()) {
      out.append("\"provider\":");
      JsonStrings.append(out, report.provider());
      out.append(',');
    }
    if (!report.model().isEmpty()) {
      out.append("\"model_requested\":");
      JsonStrings.append(out, report.model());
      out.append(',');
    }
    out.append("\"request_type\":");
    JsonStrings.append(out, report.operation().map(o -> o.label()).orElse("unknown"));
    return out.append("}}").toString();
  }
}
