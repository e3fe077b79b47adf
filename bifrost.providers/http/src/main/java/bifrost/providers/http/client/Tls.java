package bifrost.providers.http.client;

import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.UpstreamException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * Whom a pool trusts: the platform's authorities, those of the settings in addition, or anybody.
 */
final class Tls {
  private static final int MAX_PEM_CHARS = 1 << 20;

  private Tls() {}

  static SslContextFactory.Client contextFactory(PoolKey key) throws UpstreamException {
    SslContextFactory.Client factory = new SslContextFactory.Client(key.insecureSkipVerify());
    if (key.insecureSkipVerify()) {
      factory.setEndpointIdentificationAlgorithm(null);
      return factory;
    }
    factory.setEndpointIdentificationAlgorithm("HTTPS");
    if (key.caCertificate().isPresent()) {
      try {
        factory.setTrustStore(trusting(parse(key.caCertificate().get())));
      } catch (GeneralSecurityException | IOException e) {
        throw new UpstreamException(
            UpstreamFailure.of(
                Kind.CONNECTION,
                "ca_certificate holds no readable certificate in PEM, correct or remove it",
                false));
      }
    }
    return factory;
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
    TrustManagerFactory platform =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    platform.init((KeyStore) null);
    for (TrustManager manager : platform.getTrustManagers()) {
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
}
