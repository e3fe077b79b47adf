package bifrost.providers.http;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Sends requests to upstreams over shared connections.
 *
 * <p>Implemented by this bundle as an OSGi service; called by providers, from any thread, and
 * blocking. It follows no redirects, decodes no content, keeps no cookies, and repeats a request
 * only when a pooled connection turned out to be closed before anything of the answer arrived.
 *
 * <pre>{@code
 * try (UpstreamResponse response = http.send(UpstreamRequest.post(call, uri, headers, body))) {
 *   for (ByteBuffer data = response.next(); data.hasRemaining(); data = response.next()) {
 *     sink.bytes(data);
 *   }
 * }
 * }</pre>
 */
@ProviderType
public interface HttpUpstream {
  /**
   * Sends a request and waits for the head of the answer, whatever its status.
   *
   * @param request what to send
   * @return the answer, to be closed by the caller
   * @throws UpstreamException when no head arrived
   * @throws bifrost.api.provider.CallCancelledException when nobody wants the answer any more
   * @throws InterruptedException when the thread was interrupted
   */
  UpstreamResponse send(UpstreamRequest request) throws UpstreamException, InterruptedException;
}
