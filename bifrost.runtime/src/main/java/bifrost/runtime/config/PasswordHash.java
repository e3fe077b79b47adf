package bifrost.runtime.config;

import bifrost.api.model.Secret;
import com.password4j.ScryptFunction;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The admin password as it is stored: {@code scrypt$N,r,p$salt$hash}, in hexadecimal digits. Slow
 * and large on purpose: 32 MiB. What an earlier version stored, {@code
 * pbkdf2-sha512$iterations$salt$hash}, is still compared.
 */
public final class PasswordHash {
  private static final String SCRYPT = "scrypt";
  private static final String PBKDF2 = "pbkdf2-sha512";
  private static final int COST = 1 << 15;
  private static final int BLOCK = 8;
  private static final int PARALLEL = 1;
  private static final int MOST_COST = 1 << 18;
  private static final int MOST_MEMORY = 256 << 20;
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
        SCRYPT,
        "%d,%d,%d".formatted(COST, BLOCK, PARALLEL),
        HEX.formatHex(salt),
        HEX.formatHex(scrypt(password, salt, COST, BLOCK, PARALLEL)));
  }

  /** Whether a password is the one that was hashed; false for a text of another form. */
  public static boolean matches(Secret password, String hash) {
    String[] parts = hash.split("\\$", -1);
    if (parts.length != 4) {
      return false;
    }
    try {
      byte[] salt = HEX.parseHex(parts[2]);
      byte[] derived =
          switch (parts[0]) {
            case SCRYPT -> scrypt(password, salt, parts[1].split(",", -1));
            case PBKDF2 -> pbkdf2(password, salt, number(parts[1], MOST_ITERATIONS));
            default -> throw new IllegalArgumentException("another scheme");
          };
      return MessageDigest.isEqual(derived, HEX.parseHex(parts[3]));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static byte[] scrypt(Secret password, byte[] salt, String[] parameters) {
    if (parameters.length != 3) {
      throw new IllegalArgumentException("scrypt has three parameters");
    }
    int cost = number(parameters[0], MOST_COST);
    if (Integer.bitCount(cost) != 1 || cost < 2) {
      throw new IllegalArgumentException("the cost is no power of 2");
    }
    int block = number(parameters[1], MOST_MEMORY / 128 / cost);
    return scrypt(password, salt, cost, block, number(parameters[2], 16));
  }

  private static byte[] scrypt(Secret password, byte[] salt, int cost, int block, int parallel) {
    try {
      return ScryptFunction.getInstance(cost, block, parallel, HASH)
          .scrypt(password.reveal().getBytes(StandardCharsets.UTF_8), salt, HASH);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HMAC-SHA256", e);
    }
  }

  private static int number(String text, int most) {
    int number = Integer.parseInt(text);
    if (number < 1 || number > most) {
      throw new IllegalArgumentException(number + " is out of range");
    }
    return number;
  }

  private static byte[] pbkdf2(Secret password, byte[] salt, int iterations) {
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
