package bifrost.runtime.config;

import bifrost.api.model.Secret;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The admin password as it is stored: {@code pbkdf2-sha512$iterations$salt$hash}, in hexadecimal
 * digits. Slow on purpose.
 */
public final class PasswordHash {
  private static final String SCHEME = "pbkdf2-sha512";
  private static final int ITERATIONS = 210_000;
  private static final int MOST_ITERATIONS = 10_000_000;
  private static final int SALT = 16;
  private static final int HASH = 32;
  private static final HexFormat HEX = HexFormat.of();

  private PasswordHash() {}

  /** Hashes a password under a fresh salt. */
  public static String of(Secret password) {
    byte[] salt = new byte[SALT];
    new SecureRandom().nextBytes(salt);
    return String.join(
        "$",
        SCHEME,
        Integer.toString(ITERATIONS),
        HEX.formatHex(salt),
        HEX.formatHex(derive(password, salt, ITERATIONS)));
  }

  /** Whether a password is the one that was hashed; false for a text of another form. */
  public static boolean matches(Secret password, String hash) {
    String[] parts = hash.split("\\$", -1);
    if (parts.length != 4 || !parts[0].equals(SCHEME)) {
      return false;
    }
    try {
      int iterations = Integer.parseInt(parts[1]);
      if (iterations < 1 || iterations > MOST_ITERATIONS) {
        return false;
      }
      byte[] derived = derive(password, HEX.parseHex(parts[2]), iterations);
      return MessageDigest.isEqual(derived, HEX.parseHex(parts[3]));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static byte[] derive(Secret password, byte[] salt, int iterations) {
    PBEKeySpec spec = new PBEKeySpec(password.reveal().toCharArray(), salt, iterations, HASH * 8);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no PBKDF2 with SHA-512", e);
    } finally {
      spec.clearPassword();
    }
  }
}
