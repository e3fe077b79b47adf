package bifrost.api.management;

import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One request to a {@link ManagementResource}, by somebody who may make it.
 *
 * <p>Implemented by the management bundle; used by the thread of the request.
 */
@ProviderType
public interface ManagementRequest {
  /** The method in upper case; {@code HEAD} comes as {@code GET}. */
  String method();

  /** The decoded path, dots resolved. */
  String path();

  /** What follows the resource's prefix, without the slash between; empty for the prefix itself. */
  String below();

  /** The parameters of the query, decoded; of each name the first. */
  Map<String, String> query();

  /** A header field. */
  Optional<String> header(String name);

  /**
   * The body: a JSON object as {@code Map}, {@code List}, {@code String}, {@code Integer}, {@code
   * Long}, {@code BigInteger}, {@code BigDecimal}, {@code Boolean} and {@code null}. Members keep
   * their order. Bounded in size, depth and number of values.
   *
   * @throws bifrost.api.model.InvalidConfigException when there is none, or it is no such object
   */
  Map<String, Object> body();

  /** Who asks: the administrator's name, or {@code loopback} where no credentials are set. */
  String actor();

  /** The client's address. */
  String remoteAddress();

  /** The id under which this request is logged. */
  String requestId();
}
