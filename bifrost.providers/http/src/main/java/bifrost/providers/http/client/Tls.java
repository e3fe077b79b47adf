package bifrost.providers.http.client;

import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.UpstreamException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Whom a pool trusts: the platform's authorities, those of the settings in addition, or anybody.
 *
 * @param factory makes TLS sockets
 * @param verifies whether certificates and host names are checked
 */
record Tls(SSLSocketFactory factory, boolean verifies) {
  private static final int MAX_PEM_CHARS = 1 << 20;

  static Tls of(PoolKey key) throws UpstreamException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust(key), null);
      return new Tls(context.getSocketFactory(), !key.insecureSkipVerify());
    } catch (GeneralSecurityException | IOException e) {
      throw new UpstreamException(
          UpstreamFailure.of(
              Kind.CONNECTION,
              "ca_certificate holds no readable certificate in PEM, correct or remove it",
              false));
    }
  }

  private static TrustManager[] trust(PoolKey key) throws GeneralSecurityException, IOException {
    if (key.insecureSkipVerify()) {
      return new TrustManager[] {new Anybody()};
    }
    Optional<String> pem = key.caCertificate();
    return pem.isPresent() ? managers(trusting(parse(pem.get()))) : managers(null);
  }

  private static Collection<? extends Certificate> parse(String pem) throws CertificateException {
    if (pem.length() > MAX_PEM_CHARS) {
      throw new CertificateException("more than " + MAX_PEM_CHARS + " characters");
    }
    Collection<? extends Certificate> found =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    if (found.isEmpty()) {
      throw new CertificateException("no certificate");
    }
    return found;
  }

  private static KeyStore trusting(Collection<? extends Certificate> more)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int index = 0;
    for (TrustManager manager : managers(null)) {
      if (manager instanceof X509TrustManager x509) {
        for (X509Certificate issuer : x509.getAcceptedIssuers()) {
          store.setCertificateEntry("platform-" + index++, issuer);
        }
      }
    }
    for (Certificate certificate : more) {
      store.setCertificateEntry("settings-" + index++, certificate);
    }
    return store;
  }

  /** For a store of authorities, or the platform's when it is {@code null}. */
  private static TrustManager[] managers(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /** Believes every certificate: for settings that ask for it. */
  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
