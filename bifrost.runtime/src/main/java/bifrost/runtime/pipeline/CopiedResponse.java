package bifrost.runtime.pipeline;

import bifrost.api.model.Header;
import java.nio.ByteBuffer;
import java.util.List;

/** Passes an answer on, and copies what passes once it is told to. For the request's thread. */
final class CopiedResponse implements ClientResponse {
  private final ClientResponse client;
  private PayloadCopy copy;

  CopiedResponse(ClientResponse client) {
    this.client = client;
  }

  void copyTo(PayloadCopy to) {
    copy = to;
  }

  @Override
  public void head(int status, String contentType, long length, List<Header> headers) {
    client.head(status, contentType, length, headers);
  }

  @Override
  public void write(ByteBuffer data, boolean last) {
    if (copy != null) {
      copy.answered(data.duplicate());
    }
    client.write(data, last);
  }

  @Override
  public boolean committed() {
    return client.committed();
  }

  @Override
  public void abort() {
    client.abort();
  }

  @Override
  public boolean clientGone() {
    return client.clientGone();
  }
}
