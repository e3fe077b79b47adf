package bifrost.sync.replication.tls;

import bifrost.api.model.InvalidConfigException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PEM files; a fault names the field, the file and the fix, never the content. */
final class Pem {
  private static final String SECTION = "cluster_config.grpc.tls.";
  private static final int MAX_FILE = 1 << 20;
  private static final int MAX_CERTIFICATES = 256;
  private static final Pattern PRIVATE_KEY =
      Pattern.compile(
          "-----BEGIN ([A-Z ]*)PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END [A-Z ]*PRIVATE KEY-----");

  private Pem() {}

  /** The bytes of a file. */
  static byte[] read(String field, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE + 1);
      if (bytes.length > MAX_FILE) {
        throw fault(field, file, "is larger than 1 MiB, this is no PEM file");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw fault(field, file, "does not exist");
    } catch (IOException e) {
      throw fault(field, file, "cannot be read: " + e.getMessage());
    }
  }

  /** The certificates in a file, at least one. */
  static List<X509Certificate> certificates(String field, Path file, byte[] bytes) {
    try {
      List<X509Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (certificates.isEmpty() || certificates.size() > MAX_CERTIFICATES) {
        throw fault(
            field, file, "holds " + certificates.size() + " certificates, 1 to 256 are needed");
      }
      return certificates;
    } catch (CertificateException e) {
      throw fault(field, file, "holds no certificates in PEM: " + e.getMessage());
    }
  }

  /** The private key in a file. */
  static PrivateKey privateKey(String field, Path file, byte[] bytes, PublicKey pair) {
    Matcher matcher = PRIVATE_KEY.matcher(new String(bytes, StandardCharsets.US_ASCII));
    if (!matcher.find()) {
      throw fault(field, file, "holds no private key in PEM");
    }
    String kind = matcher.group(1).trim();
    if (kind.equals("ENCRYPTED")) {
      throw fault(
          field, file, "holds a key with a password; 'openssl pkcs8 -in KEY' writes one without");
    }
    if (!kind.isEmpty()) {
      throw fault(
          field,
          file,
          "holds a key in the old form '%s'; 'openssl pkcs8 -topk8 -nocrypt -in KEY' converts it"
              .formatted(kind));
    }
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(2));
      return KeyFactory.getInstance(pair.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw fault(
          field, file, "holds no key of the kind " + pair.getAlgorithm() + ", as cert needs");
    }
  }

  static InvalidConfigException fault(String field, Path file, String what) {
    return new InvalidConfigException(SECTION + field, "'" + file + "' " + what);
  }
}
