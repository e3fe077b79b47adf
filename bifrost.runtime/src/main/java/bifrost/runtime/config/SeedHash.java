package bifrost.runtime.config;

import bifrost.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a row of the configuration file said, as a hash: stored beside the row that it seeded. */
public sealed interface SeedHash {
  /** The text to store. */
  String text();

  /** Whether a stored text is of the same row. */
  boolean matches(String stored);

  /**
   * The hash of a row.
   *
   * @param canonical the row's canonical text
   */
  static SeedHash of(String canonical) {
    return new Plain(sha256(canonical));
  }

  /**
   * The hash of a row that holds a password: the password may be guessable, so it is hashed slowly.
   *
   * @param canonical the row's canonical text, without the password
   * @param password the password
   */
  static SeedHash of(String canonical, Secret password) {
    return new WithPassword(sha256(canonical), password);
  }

  /**
   * Of a row without a password.
   *
   * @param text its SHA-256
   */
  record Plain(String text) implements SeedHash {
    @Override
    public boolean matches(String stored) {
      return text.equals(stored);
    }
  }

  /**
   * Of a row with a password; stored as {@code sha256|hash of the password}.
   *
   * @param rest the SHA-256 of everything else
   * @param password the password
   */
  record WithPassword(String rest, Secret password) implements SeedHash {
    @Override
    public String text() {
      return rest + "|" + PasswordHash.of(password);
    }

    @Override
    public boolean matches(String stored) {
      int bar = stored.indexOf('|');
      return bar > 0
          && stored.substring(0, bar).equals(rest)
          && PasswordHash.matches(password, stored.substring(bar + 1));
    }
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
