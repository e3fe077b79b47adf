package bifrost.tck.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A certificate authority that issues whatever a test asks for. Safe for one thread. */
public final class TestAuthority {
  private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String ALTERNATIVE_NAMES = "2.5.29.17";

  private final SecureRandom random = new SecureRandom();
  private final String name;
  private final KeyPair keys;
  private final X509Certificate certificate;

  /**
   * An authority with a key of its own.
   *
   * @param name its common name
   */
  public TestAuthority(String name) {
    this.name = name;
    this.keys = newKeys();
    Instant now = Instant.now();
    this.certificate =
        sign(
            name,
            keys,
            now.minus(Duration.ofDays(1)),
            now.plus(Duration.ofDays(365)),
            List.of(
                extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.yes())),
                extension(KEY_USAGE, true, Der.bits(2, new byte[] {4}))));
  }

  /** Its certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /**
   * A certificate for a node, for a day: its id as {@code URI:bifrost://node/ID}, for use as server
   * and client.
   */
  public TestCertificate node(String nodeId) {
    return request(nodeId).uri("bifrost://node/" + nodeId).issue();
  }

  /** A certificate to be described. */
  public Request request(String commonName) {
    return new Request(commonName);
  }

  /** What a certificate is to say. */
  public final class Request {
    private final String commonName;
    private final List<byte[]> names = new ArrayList<>();
    private final List<String> uses =
        new ArrayList<>(List.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"));
    private Instant from = Instant.now().minus(Duration.ofHours(1));
    private Instant until = Instant.now().plus(Duration.ofDays(1));

    private Request(String commonName) {
      this.commonName = commonName;
    }

    /** A URI among its alternative names. */
    public Request uri(String uri) {
      names.add(Der.ascii(0x86, uri));
      return this;
    }

    /** A host among its alternative names. */
    public Request dns(String host) {
      names.add(Der.ascii(0x82, host));
      return this;
    }

    /** When it is valid. */
    public Request valid(Instant begin, Instant end) {
      from = begin;
      until = end;
      return this;
    }

    /** For use as a server only. */
    public Request serverOnly() {
      uses.removeLast();
      return this;
    }

    /** Issues it. */
    public TestCertificate issue() {
      KeyPair pair = newKeys();
      List<byte[]> extensions = new ArrayList<>();
      extensions.add(
          extension(
              EXTENDED_KEY_USAGE,
              false,
              Der.sequence(uses.stream().map(Der::oid).toArray(byte[][]::new))));
      if (!names.isEmpty()) {
        extensions.add(
            extension(ALTERNATIVE_NAMES, false, Der.sequence(names.toArray(byte[][]::new))));
      }
      return new TestCertificate(
          sign(commonName, pair, from, until, extensions), pair.getPrivate(), certificate);
    }
  }

  private X509Certificate sign(
      String subject, KeyPair pair, Instant from, Instant until, List<byte[]> extensions) {
    byte[] algorithm = Der.sequence(Der.oid(ECDSA_SHA256));
    byte[] content =
        Der.sequence(
            Der.tagged(0xa0, Der.integer(BigInteger.TWO)),
            Der.integer(new BigInteger(64, random).add(BigInteger.ONE)),
            algorithm,
            commonName(name),
            Der.sequence(Der.time(from), Der.time(until)),
            commonName(subject),
            pair.getPublic().getEncoded(),
            Der.tagged(0xa3, Der.sequence(extensions.toArray(byte[][]::new))));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(content);
      byte[] encoded = Der.sequence(content, algorithm, Der.bits(0, signature.sign()));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(encoded));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] commonName(String text) {
    return Der.sequence(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.utf8(text))));
  }

  private static byte[] extension(String oid, boolean critical, byte[] value) {
    return critical
        ? Der.sequence(Der.oid(oid), Der.yes(), Der.octets(value))
        : Der.sequence(Der.oid(oid), Der.octets(value));
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
