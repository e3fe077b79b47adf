package bifrost.providers.http;

import bifrost.api.model.Header;
import bifrost.api.provider.Body;
import bifrost.api.provider.Cancellation;
import bifrost.api.provider.Deadline;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.provider.ProviderCall;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A request to an upstream.
 *
 * <p>The client adds {@code Host}, the body's length, {@code Accept-Encoding: identity} and the
 * extra fields of the network settings, and leaves out what belongs to a connection.
 *
 * @param method the method
 * @param uri where to, with scheme {@code http} or {@code https} and a host
 * @param headers the fields to send
 * @param body the body, where the method has one
 * @param network how to reach the upstream
 * @param stream whether the answer comes in pieces over a long time: the request timeout is then
 *     for its head only, and the idle timeout for each piece
 * @param deadline when the call has to be over
 * @param cancellation tells when nobody wants the answer any more
 */
public record UpstreamRequest(
    String method,
    URI uri,
    List<Header> headers,
    Optional<Body> body,
    NetworkSettings network,
    boolean stream,
    Deadline deadline,
    Cancellation cancellation) {

  /** Copies the headers; refuses {@code null} and a URI that is no HTTP address. */
  public UpstreamRequest {
    Objects.requireNonNull(method, "method is null");
    String scheme = uri.getScheme();
    if (uri.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw new IllegalArgumentException("uri has no http or https scheme, or no host");
    }
    headers = List.copyOf(headers);
    Objects.requireNonNull(body, "body is null");
    Objects.requireNonNull(network, "network is null");
    Objects.requireNonNull(deadline, "deadline is null");
    Objects.requireNonNull(cancellation, "cancellation is null");
  }

  /** A POST with the call's network settings, deadline and cancellation. */
  public static UpstreamRequest post(ProviderCall call, URI uri, List<Header> headers, Body body) {
    return of(call, "POST", uri, headers, Optional.of(body));
  }

  /** A GET with the call's network settings, deadline and cancellation. */
  public static UpstreamRequest get(ProviderCall call, URI uri, List<Header> headers) {
    return of(call, "GET", uri, headers, Optional.empty());
  }

  private static UpstreamRequest of(
      ProviderCall call, String method, URI uri, List<Header> headers, Optional<Body> body) {
    return new UpstreamRequest(
        method,
        uri,
        headers,
        body,
        call.target().network(),
        call.stream(),
        call.deadline(),
        call.cancellation());
  }
}
