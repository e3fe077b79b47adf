package bifrost.runtime.snapshot.codec;

import bifrost.api.model.Secret;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** What encryption keys are derived from; each salt gives another key. */
public sealed interface KeyMaterial {
  /** The AES-256 key for a salt. */
  SecretKeySpec derive(byte[] salt) throws GeneralSecurityException;

  /** Where it comes from, for people. */
  String origin();

  /**
   * The {@code encryption_key} of the configuration, shared by all nodes. Derivation is slow on
   * purpose: people choose short keys.
   *
   * @param text the key as it is configured
   */
  record Passphrase(Secret text) implements KeyMaterial {
    private static final int ITERATIONS = 210_000;

    @Override
    public SecretKeySpec derive(byte[] salt) throws GeneralSecurityException {
      PBEKeySpec spec = new PBEKeySpec(text.reveal().toCharArray(), salt, ITERATIONS, 256);
      try {
        byte[] key =
            SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
        return new SecretKeySpec(key, "AES");
      } finally {
        spec.clearPassword();
      }
    }

    @Override
    public String origin() {
      return "encryption_key";
    }
  }

  /**
   * 32 random bytes that the node has generated and keeps in its data directory.
   *
   * @param bytes the bytes in hexadecimal digits
   * @param file the file that they stand in
   */
  record Generated(Secret bytes, String file) implements KeyMaterial {
    @Override
    public SecretKeySpec derive(byte[] salt) throws GeneralSecurityException {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(java.util.HexFormat.of().parseHex(bytes.reveal()), "HmacSHA256"));
      return new SecretKeySpec(mac.doFinal(salt), "AES");
    }

    @Override
    public String origin() {
      return file;
    }
  }
}
