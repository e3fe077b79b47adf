package bifrost.api.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One request to an {@link HttpResource}, and its answer.
 *
 * <p>Implemented by the core; used by the thread of the request until {@link HttpResource#handle}
 * returns.
 */
@ProviderType
public interface HttpExchange {
  /** The method in upper case. */
  String method();

  /** The decoded path, dots resolved. */
  String path();

  /** A parameter of the query, decoded; the first one of that name. */
  Optional<String> query(String name);

  /** All parameters of the query, decoded; of each name the first. */
  Map<String, String> queries();

  /** A header field of the request. */
  Optional<String> header(String name);

  /** The id under which this request is logged. */
  String requestId();

  /** The client's address. */
  String remoteAddress();

  /** Whether the listener that took the request is bound to loopback only. */
  boolean loopback();

  /** The body, bounded by the size that the gateway allows; reading beyond it throws. */
  InputStream body();

  /**
   * Sets a header field of the answer; before {@link #respond}.
   *
   * @param name the field
   * @param value its value
   */
  void setHeader(String name, String value);

  /**
   * Answers with a whole body.
   *
   * @param status the HTTP status
   * @param contentType the media type; empty for no body
   * @param body the bytes
   * @throws IOException when the client is gone
   */
  void respond(int status, String contentType, byte[] body) throws IOException;

  /**
   * Answers with a body of unknown length.
   *
   * @param status the HTTP status
   * @param contentType the media type
   * @return takes the body; each flush leaves at once
   * @throws IOException when the client is gone
   */
  OutputStream stream(int status, String contentType) throws IOException;
}
