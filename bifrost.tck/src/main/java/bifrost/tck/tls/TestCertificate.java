package bifrost.tck.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/**
 * A certificate that a {@link TestAuthority} has issued.
 *
 * @param certificate it
 * @param key its private key
 * @param authority the certificate of who issued it
 */
public record TestCertificate(
    X509Certificate certificate, PrivateKey key, X509Certificate authority) {
  /** Writes {@code cert.pem}, {@code key.pem} and {@code ca.pem}, each file at once. */
  public TestCertificate write(Path folder) {
    try {
      write(folder.resolve("cert.pem"), pem("CERTIFICATE", certificate.getEncoded()));
      write(folder.resolve("key.pem"), pem("PRIVATE KEY", key.getEncoded()));
      write(folder.resolve("ca.pem"), pem("CERTIFICATE", authority.getEncoded()));
      return this;
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String kind, byte[] content) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(
            kind,
            Base64.getMimeEncoder(64, System.lineSeparator().getBytes()).encodeToString(content),
            kind);
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Path part = file.resolveSibling(file.getFileName() + ".part");
      Files.writeString(part, text);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
