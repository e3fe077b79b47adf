package bifrost.sync.replication.tls;

import bifrost.sync.replication.tls.ChainCheck.Use;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Checks a peer's chain against the CA of now. Host names mean nothing between nodes: whom the
 * certificate stands for is checked when the peer has said who it is.
 */
final class PeerTrustManager extends X509ExtendedTrustManager {
  private final Supplier<TlsIdentity> identity;
  private final ChainCheck check;

  PeerTrustManager(Supplier<TlsIdentity> identity, ChainCheck check) {
    this.identity = identity;
    this.check = check;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain, Use.CLIENT);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain, Use.SERVER);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain, Use.CLIENT);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain, Use.SERVER);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain, Use.CLIENT);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain, Use.SERVER);
  }

  /** Names nobody, so that a peer shows what it has and can be refused by name. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  private void check(X509Certificate[] chain, Use use) throws CertificateException {
    check.check(identity.get().authorities(), chain, use);
  }
}
