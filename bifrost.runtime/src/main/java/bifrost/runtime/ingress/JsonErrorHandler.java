package bifrost.runtime.ingress;

import bifrost.runtime.format.ErrorReport;
import bifrost.runtime.format.OpenAiErrors;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Errors that the server itself finds (bad syntax, head too large), in the gateway's shape. */
final class JsonErrorHandler extends ErrorHandler {
  private static final String JSON = "application/json";

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Object said = request.getAttribute(ERROR_MESSAGE);
    byte[] body = body(status, message(status, said == null ? "" : said.toString()));
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, JSON);
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }

  @Override
  public ByteBuffer badMessageError(int status, String reason, HttpFields.Mutable fields) {
    fields.put(HttpHeader.CONTENT_TYPE, JSON);
    return ByteBuffer.wrap(body(status, message(status, reason == null ? "" : reason)));
  }

  /** The body of an error that concerns no known operation. */
  static byte[] body(int status, String message) {
    boolean own = status >= 500 && status != 505;
    String type = own ? "internal_error" : "invalid_request";
    return OpenAiErrors.body(
        new ErrorReport(
            status,
            type,
            type,
            message,
            Optional.empty(),
            Optional.empty(),
            "",
            "",
            Optional.empty()));
  }

  private static String message(int status, String said) {
    String what =
        said.isEmpty() || said.length() > 200 ? HttpStatus.getMessage(status) : said.strip();
    return switch (status) {
      case 431 ->
          "the head of the request is too large (" + what + "); send fewer or shorter headers";
      case 414 -> "the request's URI is too long (" + what + ")";
      case 505 -> "this version of HTTP is not spoken here (" + what + "); use HTTP/1.1";
      default ->
          status >= 500
              ? "the gateway failed on this request; its log has the cause"
              : "malformed HTTP request: " + what;
    };
  }
}
