package bifrost.runtime.ingress;

import bifrost.api.http.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Fields;

/** A request to a bundle's resource, on a connection of the listener. */
final class JettyExchange implements HttpExchange {
  private final Request request;
  private final Response response;
  private final String path;
  private final String id;
  private final boolean loopback;
  private final InputStream body;
  private Fields query;
  private boolean answered;

  JettyExchange(
      Request request,
      Response response,
      String path,
      String id,
      boolean loopback,
      RequestInput body) {
    this.request = request;
    this.response = response;
    this.path = path;
    this.id = id;
    this.loopback = loopback;
    this.body = body;
  }

  /** Whether the resource has answered. */
  boolean answered() {
    return answered;
  }

  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.ofNullable(fields().getValue(name));
  }

  @Override
  public Map<String, String> queries() {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (Fields.Field field : fields()) {
      parameters.put(field.getName(), field.getValue());
    }
    return parameters;
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeaders().get(name));
  }

  @Override
  public String requestId() {
    return id;
  }

  @Override
  public String remoteAddress() {
    return Request.getRemoteAddr(request);
  }

  @Override
  public boolean loopback() {
    return loopback;
  }

  @Override
  public InputStream body() {
    return body;
  }

  @Override
  public void setHeader(String name, String value) {
    response.getHeaders().put(name, value);
  }

  @Override
  public void respond(int status, String contentType, byte[] content) throws IOException {
    begin(status, contentType);
    Content.Sink.write(response, true, ByteBuffer.wrap(content));
  }

  @Override
  public OutputStream stream(int status, String contentType) throws IOException {
    begin(status, contentType);
    return Content.Sink.asOutputStream(response);
  }

  private Fields fields() {
    if (query == null) {
      query = Request.extractQueryParameters(request);
    }
    return query;
  }

  private void begin(int status, String contentType) {
    if (answered) {
      throw new IllegalStateException("the request is already answered");
    }
    answered = true;
    response.setStatus(status);
    if (!contentType.isEmpty()) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
    }
  }
}
