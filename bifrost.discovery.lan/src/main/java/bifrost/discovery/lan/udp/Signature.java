package bifrost.discovery.lan.udp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs beacons with HMAC-SHA256, under a key that is derived from the first gossip key; verifies
 * with any of them. Safe for any thread.
 */
final class Signature {
  /** How many bytes of the HMAC are sent. */
  static final int BYTES = 16;

  private static final String ALGORITHM = "HmacSHA256";
  private static final byte[] PURPOSE = "bifrost beacon".getBytes(StandardCharsets.US_ASCII);

  private final List<byte[]> keys;

  Signature(List<byte[]> secrets) {
    keys = secrets.stream().map(secret -> hmac(secret, PURPOSE, PURPOSE.length)).toList();
  }

  /** Whether beacons are signed at all. */
  boolean isUsed() {
    return !keys.isEmpty();
  }

  /** The signature of the first bytes. */
  byte[] sign(byte[] bytes, int length) {
    return Arrays.copyOf(hmac(keys.get(0), bytes, length), BYTES);
  }

  boolean verifies(byte[] bytes, int length, byte[] signature) {
    boolean matches = false;
    for (byte[] key : keys) {
      byte[] expected = Arrays.copyOf(hmac(key, bytes, length), BYTES);
      matches |= MessageDigest.isEqual(expected, signature);
    }
    return matches;
  }

  private static byte[] hmac(byte[] key, byte[] bytes, int length) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update(bytes, 0, length);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
