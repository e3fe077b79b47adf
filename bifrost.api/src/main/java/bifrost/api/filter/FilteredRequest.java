package bifrost.api.filter;

import bifrost.api.model.Header;
import bifrost.api.model.Operation;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.Deadline;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A request as a filter sees it.
 *
 * <p>Implemented by the core; valid while the filter is called, on that thread.
 */
@ProviderType
public interface FilteredRequest {
  /** The request's id. */
  String id();

  /** What is asked. */
  Operation operation();

  /** The format of the body. */
  WireFormat format();

  /** The model as the caller named it, for example {@code openai/gpt-4o}. */
  String model();

  /** Whether a stream is wanted. */
  boolean stream();

  /** The header fields of the request without its credentials. */
  List<Header> headers();

  /** The whole body, read-only; empty for uploads that are streamed through. */
  Optional<ByteBuffer> body();

  /** When the request has to be over. */
  Deadline deadline();
}
