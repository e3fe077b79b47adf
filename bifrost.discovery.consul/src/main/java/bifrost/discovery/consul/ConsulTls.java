package bifrost.discovery.consul;

import bifrost.api.cluster.DiscoveryFields;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * How to speak to the agents.
 *
 * @param enabled whether they speak HTTPS
 * @param context what makes the connections; null without TLS
 * @param trusted whose certificates are taken; null without TLS
 */
record ConsulTls(boolean enabled, SSLContext context, X509TrustManager trusted) {
  static final ConsulTls NONE = new ConsulTls(false, null, null);

  private static final List<String> KEY_KINDS = List.of("EC", "RSA", "Ed25519");

  /** Reads the files that the configuration names. */
  static ConsulTls from(ConsulConfig config) {
    String ca = config.consul__ca();
    String cert = config.consul__cert();
    String key = config.consul__key();
    if (!config.consul__tls()) {
      if (!ca.isBlank() || !cert.isBlank() || !key.isBlank()) {
        throw DiscoveryFields.refuse(
            "consul_tls", "is false, but consul_ca, consul_cert or consul_key is set: set it");
      }
      return NONE;
    }
    if (cert.isBlank() != key.isBlank()) {
      throw DiscoveryFields.refuse("consul_cert", "and consul_key belong together: set both");
    }
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(ca.isBlank() ? null : authorities(ca));
      X509TrustManager trusted = (X509TrustManager) trust.getTrustManagers()[0];
      SSLContext context = SSLContext.getInstance("TLS");
      KeyManager[] keys = cert.isBlank() ? null : keys(cert, key);
      context.init(keys, new X509TrustManager[] {trusted}, null);
      return new ConsulTls(true, context, trusted);
    } catch (GeneralSecurityException | IOException e) {
      throw DiscoveryFields.refuse("consul_tls", "cannot be set up: " + e.getMessage());
    }
  }

  private static KeyStore authorities(String file) throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    int count = 0;
    for (Certificate certificate : certificates("consul_ca", file)) {
      store.setCertificateEntry("ca" + count++, certificate);
    }
    return store;
  }

  private static KeyManager[] keys(String certFile, String keyFile)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    Certificate[] chain = certificates("consul_cert", certFile).toArray(Certificate[]::new);
    store.setKeyEntry("node", privateKey(keyFile), new char[0], chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(String field, String file)
      throws GeneralSecurityException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw DiscoveryFields.refuse(field, "'" + file + "' holds no certificate in PEM");
      }
      return certificates;
    } catch (IOException e) {
      throw DiscoveryFields.refuse(field, "'" + file + "' cannot be read");
    }
  }

  private static PrivateKey privateKey(String file) {
    byte[] encoded;
    try {
      String text = Files.readString(Path.of(file));
      String begin = "-----BEGIN PRIVATE KEY-----";
      int from = text.indexOf(begin);
      int to = text.indexOf("-----END PRIVATE KEY-----");
      encoded =
          from < 0 || to < from
              ? new byte[0]
              : Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    } catch (IOException | IllegalArgumentException e) {
      throw DiscoveryFields.refuse("consul_key", "'" + file + "' cannot be read");
    }
    for (String kind : KEY_KINDS) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (GeneralSecurityException e) {
        // a key of another kind
      }
    }
    throw DiscoveryFields.refuse(
        "consul_key", "'" + file + "' holds no key in PKCS 8 (BEGIN PRIVATE KEY)");
  }
}
