package bifrost.storage;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A step that brings the schema from one version to the next. Once released it never changes.
 *
 * @param version the version after it, 1 for the first
 * @param name what it does
 * @param statements its SQL; where the database commits at each change of a table, every statement
 *     may be repeated, since a crash can cut the step in two
 */
record Migration(int version, String name, List<String> statements) {
  /** Identifies its statements. */
  String checksum() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String statement : statements) {
        digest.update(statement.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
