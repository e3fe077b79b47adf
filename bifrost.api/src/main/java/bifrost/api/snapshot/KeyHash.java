package bifrost.api.snapshot;

import bifrost.api.model.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of a virtual key's secret: all that is kept of it.
 *
 * @param a bytes 0 to 7, big endian
 * @param b bytes 8 to 15
 * @param c bytes 16 to 23
 * @param d bytes 24 to 31
 */
public record KeyHash(long a, long b, long c, long d) {
  /** The hash of a secret. */
  public static KeyHash of(Secret secret) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(secret.reveal().getBytes(StandardCharsets.UTF_8));
      return ofBytes(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  /** The hash with this hexadecimal form of 64 digits. */
  public static KeyHash ofHex(String hex) {
    if (hex.length() != 64) {
      throw new IllegalArgumentException(
          "hash has " + hex.length() + " characters, SHA-256 has 64 hexadecimal digits");
    }
    return ofBytes(HexFormat.of().parseHex(hex));
  }

  /** The hexadecimal form, 64 digits. */
  public String hex() {
    return HexFormat.of()
        .formatHex(ByteBuffer.allocate(32).putLong(a).putLong(b).putLong(c).putLong(d).array());
  }

  private static KeyHash ofBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new KeyHash(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
  }

  /** Bytes of SHA-256 are spread evenly, so any of them will do. */
  @Override
  public int hashCode() {
    return (int) a;
  }
}
