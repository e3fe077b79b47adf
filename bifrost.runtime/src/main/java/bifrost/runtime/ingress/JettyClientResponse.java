package bifrost.runtime.ingress;

import bifrost.api.model.Header;
import bifrost.api.provider.CallCancelledException;
import bifrost.api.provider.Cancellation.Reason;
import bifrost.runtime.pipeline.ClientResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;

/** Writes an answer to a connection of the listener. */
final class JettyClientResponse implements ClientResponse {
  private final Response response;
  private final WatchedEndPoint endPoint;
  private volatile boolean writing;
  private boolean aborted;

  JettyClientResponse(Response response, WatchedEndPoint endPoint) {
    this.response = response;
    this.endPoint = endPoint;
  }

  /** Whether a write waits for the client. */
  boolean writing() {
    return writing;
  }

  /** Whether the connection has to be cut. */
  boolean aborted() {
    return aborted;
  }

  @Override
  public void head(int status, String contentType, long length, List<Header> headers) {
    response.setStatus(status);
    HttpFields.Mutable fields = response.getHeaders();
    for (Header header : headers) {
      fields.put(header.name(), header.value());
    }
    if (!contentType.isEmpty()) {
      fields.put(HttpHeader.CONTENT_TYPE, contentType);
    }
    if (length >= 0) {
      fields.put(HttpHeader.CONTENT_LENGTH, length);
    }
  }

  @Override
  public void write(ByteBuffer data, boolean last) {
    writing = true;
    try {
      Content.Sink.write(response, last, data);
    } catch (IOException e) {
      throw new CallCancelledException(Reason.CLIENT_GONE);
    } finally {
      writing = false;
    }
  }

  @Override
  public boolean committed() {
    return response.isCommitted();
  }

  @Override
  public void abort() {
    aborted = true;
  }

  @Override
  public boolean clientGone() {
    return endPoint.clientGone();
  }
}
