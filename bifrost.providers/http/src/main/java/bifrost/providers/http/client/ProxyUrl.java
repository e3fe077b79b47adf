package bifrost.providers.http.client;

import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.UpstreamException;
import java.net.URI;
import java.net.URISyntaxException;
import org.eclipse.jetty.client.BasicAuthentication;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpProxy;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.http.HttpHeader;

/** A proxy of the form {@code http://[user:password@]host[:port]}. */
record ProxyUrl(URI uri) {

  static ProxyUrl parse(String url) throws UpstreamException {
    try {
      URI uri = new URI(url);
      boolean known = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (known && uri.getHost() != null) {
        return new ProxyUrl(uri);
      }
    } catch (URISyntaxException e) {
      // The text may hold a password: neither it nor the parser's message is repeated.
    }
    throw new UpstreamException(
        UpstreamFailure.of(
            Kind.CONNECTION,
            "proxy is no URL of the form http://[user:password@]host:port, correct or remove it",
            false));
  }

  void addTo(HttpClient client) {
    boolean secure = "https".equals(uri.getScheme());
    int port = uri.getPort() > 0 ? uri.getPort() : secure ? 443 : 80;
    HttpProxy proxy = new HttpProxy(new Origin.Address(uri.getHost(), port), secure);
    client.getProxyConfiguration().addProxy(proxy);
    String userInfo = uri.getUserInfo();
    if (userInfo != null) {
      int colon = userInfo.indexOf(':');
      String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
      String password = colon < 0 ? "" : userInfo.substring(colon + 1);
      client
          .getAuthenticationStore()
          .addAuthenticationResult(
              new BasicAuthentication.BasicResult(
                  proxy.getURI(), HttpHeader.PROXY_AUTHORIZATION, user, password));
    }
  }
}
