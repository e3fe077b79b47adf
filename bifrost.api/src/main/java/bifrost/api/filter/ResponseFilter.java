package bifrost.api.filter;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The response side of a filter, for one request.
 *
 * <p>Made by {@link RequestFilter#response}; used by the thread of that request only, so it may
 * keep state without locks. Filters see the answer in the inbound format, in the reverse of the
 * order of the request side.
 */
@ConsumerType
public interface ResponseFilter {
  /**
   * Looks at a piece of the answer before it leaves: one server-sent event of a stream, or the
   * whole body of an answer that is not streamed.
   *
   * @param data the bytes; valid during the call
   * @return what is to leave in its place: the same buffer, another one, or empty to drop it
   */
  Optional<ByteBuffer> chunk(ByteBuffer data);

  /**
   * The answer is over. Called once, on every exit.
   *
   * @param complete whether the whole answer left
   */
  void end(boolean complete);
}
