package bifrost.runtime.pipeline;

import bifrost.api.model.Header;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The client's side of an answer, as the request path writes it.
 *
 * <p>Writes block until the client's connection has taken the bytes; they throw {@link
 * bifrost.api.provider.CallCancelledException} when the client is gone.
 */
public interface ClientResponse {
  /**
   * Sets the head, which leaves with the first bytes.
   *
   * @param length the body's length, or -1 when it is not known
   */
  void head(int status, String contentType, long length, List<Header> headers);

  /** Writes bytes; {@code last} says that nothing follows. */
  void write(ByteBuffer data, boolean last);

  /** Whether any byte has left. */
  boolean committed();

  /** Cuts the connection, so that the client sees that the answer is not whole. */
  void abort();

  /** Whether the client has closed its connection; called from another thread. */
  boolean clientGone();
}
