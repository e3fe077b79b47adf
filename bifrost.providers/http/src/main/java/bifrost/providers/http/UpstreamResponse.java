package bifrost.providers.http;

import bifrost.api.model.Header;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An answer whose head has arrived and whose body is pulled.
 *
 * <p>Made by {@link HttpUpstream}; used and closed by one thread. What is not pulled is not read
 * from the connection, so a slow reader slows the upstream down.
 */
@ProviderType
public interface UpstreamResponse extends AutoCloseable {
  /** The status, 200 to 599. */
  int status();

  /** The fields of the head in their order, without those of the connection. */
  List<Header> headers();

  /** The first field of a name, whatever the case. */
  default Optional<String> header(String name) {
    for (Header header : headers()) {
      if (header.is(name)) {
        return Optional.of(header.value());
      }
    }
    return Optional.empty();
  }

  /** The media type with its parameters; empty when there is none. */
  default String contentType() {
    return header("content-type").orElse("");
  }

  /** The number of bytes of the body, or -1 when it is unknown. */
  long length();

  /**
   * The next bytes of the body; waits for them.
   *
   * @return bytes that are valid until the next call and until {@link #close()}; a buffer without
   *     bytes at the end
   * @throws UpstreamException when the body broke off, or did not come in time
   * @throws bifrost.api.provider.CallCancelledException when nobody wants the answer any more
   * @throws InterruptedException when the thread was interrupted
   * @throws IllegalStateException when the answer was closed
   */
  ByteBuffer next() throws UpstreamException, InterruptedException;

  /**
   * Gives the connection back when the body was read to its end, or is about to end; closes it
   * otherwise. May be called more than once.
   */
  @Override
  void close();
}
