package bifrost.sync.diagnosis.probe;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Whether a TLS server's certificate leads to the CA of this node's links. The handshake is given
 * up once that is known: this side shows no certificate and sends nothing.
 */
public final class PeerTrust {
  private final String authorities;

  /**
   * With the certificates in PEM.
   *
   * @param authorities their file, or they themselves
   */
  public PeerTrust(String authorities) {
    this.authorities = authorities;
  }

  /** What a handshake showed. */
  public enum Verdict {
    /** The certificate is trusted. */
    TRUSTED,
    /** There is a certificate, and it is not trusted. */
    UNTRUSTED,
    /** The other side speaks no TLS, or hung up. */
    NO_TLS
  }

  /**
   * Shakes hands over a connected socket; blocks no longer than its timeout for each read.
   *
   * @throws IOException when the connection breaks, or the certificates of the CA cannot be read
   */
  public Verdict check(Socket socket, String host, int port) throws IOException {
    try {
      return shakeHands(socket, host, port, new Judge(Optional.of(trustManager())));
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificates of the CA cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * Whether the other side of a connected socket shows a certificate, whoever signed it.
   *
   * @throws IOException when the connection breaks
   */
  static boolean speaksTls(Socket socket, String host, int port) throws IOException {
    return shakeHands(socket, host, port, new Judge(Optional.empty())) != Verdict.NO_TLS;
  }

  private static Verdict shakeHands(Socket socket, String host, int port, Judge judge)
      throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {judge}, null);
      try (SSLSocket secured =
          (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, false)) {
        secured.startHandshake();
      } catch (SSLException e) {
        return judge.verdict;
      }
      return judge.verdict;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be used here: " + e.getMessage(), e);
    }
  }

  /** The certificates; tells by its exception what is wrong with them. */
  public X509TrustManager trustManager() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int count = 0;
    try (InputStream in = open()) {
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + count++, certificate);
      }
    }
    if (count == 0) {
      throw new CertificateException("there is no certificate in it");
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }

  private InputStream open() throws IOException {
    return authorities.startsWith("-----BEGIN")
        ? new ByteArrayInputStream(authorities.getBytes(StandardCharsets.US_ASCII))
        : Files.newInputStream(Path.of(authorities));
  }

  /** Remembers what was decided about the certificate; names of hosts are not compared. */
  private static final class Judge extends X509ExtendedTrustManager {
    private final Optional<X509TrustManager> trust;
    private Verdict verdict = Verdict.NO_TLS;

    /** With whom to trust; empty for nobody. */
    Judge(Optional<X509TrustManager> trust) {
      this.trust = trust;
    }

    private void judge(X509Certificate[] chain, String type) throws CertificateException {
      verdict = Verdict.UNTRUSTED;
      trust
          .orElseThrow(() -> new CertificateException("nobody is trusted"))
          .checkServerTrusted(chain, type);
      verdict = Verdict.TRUSTED;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      judge(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      judge(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      judge(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("this side is the client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("this side is the client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("this side is the client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return trust.map(X509TrustManager::getAcceptedIssuers).orElse(new X509Certificate[0]);
    }
  }
}
