package bifrost.runtime.pipeline;

import bifrost.api.model.Header;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Holds the end of an answer back until its request has been recorded: a client never sees an
 * answer end of which a kill of the process could leave no trace. For the request's thread.
 */
final class HeldEnd implements ClientResponse {
  /** Of a large last write only so much is held back, and copied. */
  private static final int MOST = 8_192;

  private final ClientResponse client;
  private ByteBuffer end;

  HeldEnd(ClientResponse client) {
    this.client = client;
  }

  @Override
  public void head(int status, String contentType, long length, List<Header> headers) {
    client.head(status, contentType, length, headers);
  }

  @Override
  public void write(ByteBuffer data, boolean last) {
    if (!last) {
      client.write(data, false);
      return;
    }
    if (data.remaining() > MOST) {
      int limit = data.limit();
      data.limit(limit - MOST);
      client.write(data, false);
      data.limit(limit);
    }
    end = ByteBuffer.allocate(data.remaining()).put(data).flip();
  }

  @Override
  public boolean committed() {
    return client.committed();
  }

  @Override
  public void abort() {
    end = null;
    client.abort();
  }

  @Override
  public boolean clientGone() {
    return client.clientGone();
  }

  /** Lets the end go. */
  void release() {
    ByteBuffer held = end;
    end = null;
    if (held != null) {
      client.write(held, true);
    }
  }
}
