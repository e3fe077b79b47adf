package bifrost.providers.http.client;

import bifrost.api.model.Header;
import java.util.List;

/**
 * The head of an answer.
 *
 * @param status its status
 * @param headers its fields without those of the connection
 * @param length the bytes of its body: {@link #CHUNKED}, {@link #TO_THE_END}, or their number
 * @param reusable whether the connection may be used again after the body
 * @param keepAliveSeconds how long the server keeps an idle connection, or -1 if it did not say
 */
record Head(int status, List<Header> headers, long length, boolean reusable, int keepAliveSeconds) {
  /** The body comes in chunks. */
  static final long CHUNKED = -1;

  /** The body ends with the connection. */
  static final long TO_THE_END = -2;
}
