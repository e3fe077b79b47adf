package bifrost.sync.replication.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the three files held at one moment. */
final class TlsIdentity {
  private final PrivateKey key;
  private final List<X509Certificate> chain;
  private final List<X509Certificate> authorities;
  private final List<byte[]> contents;

  private TlsIdentity(
      PrivateKey key,
      List<X509Certificate> chain,
      List<X509Certificate> authorities,
      List<byte[]> contents) {
    this.key = key;
    this.chain = chain;
    this.authorities = authorities;
    this.contents = contents;
  }

  /**
   * Reads the files.
   *
   * @throws bifrost.api.model.InvalidConfigException when they cannot be used
   */
  static TlsIdentity load(TlsSettings settings) {
    return parse(settings, contents(settings));
  }

  /** Reads the files again; empty when they hold what they held. */
  Optional<TlsIdentity> reload(TlsSettings settings) {
    List<byte[]> now = contents(settings);
    for (int i = 0; i < now.size(); i++) {
      if (!Arrays.equals(now.get(i), contents.get(i))) {
        return Optional.of(parse(settings, now));
      }
    }
    return Optional.empty();
  }

  PrivateKey key() {
    return key;
  }

  X509Certificate[] chain() {
    return chain.toArray(X509Certificate[]::new);
  }

  X509Certificate certificate() {
    return chain.getFirst();
  }

  List<X509Certificate> authorities() {
    return authorities;
  }

  Instant expires() {
    return certificate().getNotAfter().toInstant();
  }

  private static List<byte[]> contents(TlsSettings settings) {
    return List.of(
        Pem.read("cert", settings.cert()),
        Pem.read("key", settings.key()),
        Pem.read("ca", settings.ca()));
  }

  private static TlsIdentity parse(TlsSettings settings, List<byte[]> contents) {
    List<X509Certificate> chain = Pem.certificates("cert", settings.cert(), contents.get(0));
    X509Certificate own = chain.getFirst();
    PrivateKey key = Pem.privateKey("key", settings.key(), contents.get(1), own.getPublicKey());
    if (!belongTogether(key, own)) {
      throw Pem.fault("key", settings.key(), "is not the key of the certificate in cert");
    }
    return new TlsIdentity(
        key, chain, Pem.certificates("ca", settings.ca(), contents.get(2)), contents);
  }

  private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      byte[] text = {1, 2, 3};
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
