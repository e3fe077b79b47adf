package bifrost.api.provider;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The bytes of a request.
 *
 * <p>Made by the core, read once per attempt by the provider, on the calling thread. Small bodies
 * are in memory; large uploads may still be arriving while they are read.
 */
@ProviderType
public interface Body {
  /** The number of bytes, or -1 while it is unknown. */
  long length();

  /**
   * The bytes as slices to be sent one after the other, when all of them are in memory.
   *
   * @return read-only slices that stay valid for the attempt, or empty when {@link #open()} is the
   *     only way
   */
  Optional<List<ByteBuffer>> slices();

  /**
   * Opens the bytes from the first one.
   *
   * @return a stream that the provider closes; its reads block until bytes have arrived
   * @throws IOException when the caller's upload broke off, or was read by an earlier attempt and
   *     cannot be read again
   */
  InputStream open() throws IOException;
}
