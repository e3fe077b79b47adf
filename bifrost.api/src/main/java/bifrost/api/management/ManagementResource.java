package bifrost.api.management;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A tree of paths of the management API.
 *
 * <p>Plugins implement it and register it as a service; the management bundle calls it, only for a
 * caller who is an administrator, and writes the answer. The longest prefix wins. Without a
 * management bundle nobody serves it, so it is never reached unguarded.
 *
 * <p><b>Threads.</b> Called concurrently, each request on a virtual thread of its own; may block.
 * <b>Errors.</b> A {@link bifrost.api.model.InvalidConfigException} becomes a 400 with its message
 * and field; any other exception a 500 without details.
 *
 * <pre>{@code
 * public ManagementAnswer handle(ManagementRequest request) {
 *   if (!request.method().equals("GET")) {
 *     return ManagementAnswer.methodNotAllowed("GET");
 *   }
 *   return ManagementAnswer.ok(Map.of("members", names()));
 * }
 * }</pre>
 */
@ConsumerType
public interface ManagementResource {
  /**
   * The prefix, starting with {@code /api/} and not ending with a slash, for example {@code
   * /api/cluster}; always the same.
   */
  String prefix();

  /** Answers one request. */
  ManagementAnswer handle(ManagementRequest request);
}
