package bifrost.api.http;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A tree of paths on the gateway's own listener.
 *
 * <p>Plugins implement it and register it as a service; the core sends it every request whose path
 * is the prefix or lies below it. Paths of inference, {@code /health}, {@code /ready} and {@code
 * /metrics} belong to the core. The longest prefix wins. What is for administrators only is a
 * {@link bifrost.api.management.ManagementResource} instead.
 *
 * <p><b>Threads.</b> Called concurrently, each request on a virtual thread of its own; may block.
 * <b>Errors.</b> An exception becomes a 500 without details.
 */
@ConsumerType
public interface HttpResource {
  /**
   * The prefix, starting with a slash and not ending with one, for example {@code /api}; {@code /}
   * alone for everything that nobody else wants.
   */
  String prefix();

  /**
   * Answers one request.
   *
   * @param exchange the request and its answer
   * @throws IOException when the client is gone
   */
  void handle(HttpExchange exchange) throws IOException;
}
