package bifrost.runtime.journal.record;

import bifrost.api.journal.RequestPayload;
import bifrost.runtime.snapshot.codec.SecretBox;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts payloads for the spool with AES-256-GCM: {@code salt of the key 16, salt of this writer
 * 16, nonce 12, ciphertext and tag}. Safe for any thread.
 */
public final class PayloadSeal {
  private static final String PURPOSE = "journal/payload";
  private static final int SALT = 16;
  private static final int NONCE = 12;
  private static final int TAG = 16;

  private final SecretBox box;
  private final SecureRandom random = new SecureRandom();
  private final byte[] salts;
  private final SecretKeySpec key;
  private volatile Opened last;

  /** The key of the payload that was opened last; the next one is often of the same writer. */
  private record Opened(ByteBuffer salts, SecretKeySpec key) {}

  /** Seals under the key of a box. */
  public PayloadSeal(SecretBox box) {
    this.box = box;
    byte[] own = new byte[SALT];
    random.nextBytes(own);
    byte[] keySalt = box.salt();
    this.key = box.keyFor(PURPOSE, keySalt, own);
    this.salts = ByteBuffer.allocate(2 * SALT).put(keySalt).put(own).array();
  }

  /** A payload that only a holder of the key can read. */
  public SpoolRecord.Sealed seal(RequestPayload payload) {
    byte[] clear = RecordCodec.encode(new SpoolRecord.Payload(payload)).body();
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      ByteBuffer out = ByteBuffer.allocate(2 * SALT + NONCE + clear.length + TAG);
      out.put(salts).put(nonce);
      cipher(Cipher.ENCRYPT_MODE, key, nonce).doFinal(ByteBuffer.wrap(clear), out);
      return new SpoolRecord.Sealed(out.array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot encrypt with AES-256-GCM", e);
    }
  }

  /**
   * The payload again.
   *
   * @throws MalformedRecordException when it was sealed under another key, or changed
   */
  public RequestPayload open(SpoolRecord.Sealed sealed) throws MalformedRecordException {
    byte[] bytes = sealed.bytes();
    if (bytes.length < 2 * SALT + NONCE + TAG) {
      throw new MalformedRecordException("a sealed payload of " + bytes.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte[] itsSalts = new byte[2 * SALT];
    byte[] nonce = new byte[NONCE];
    in.get(itsSalts).get(nonce);
    try {
      byte[] clear = new byte[in.remaining() - TAG];
      cipher(Cipher.DECRYPT_MODE, keyOf(itsSalts), nonce).doFinal(in, ByteBuffer.wrap(clear));
      return RecordCodec.payload(clear);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new MalformedRecordException("a payload that was sealed under another key, or changed");
    }
  }

  private SecretKeySpec keyOf(byte[] itsSalts) {
    ByteBuffer wrapped = ByteBuffer.wrap(itsSalts);
    Opened known = last;
    if (known != null && known.salts.equals(wrapped)) {
      return known.key;
    }
    SecretKeySpec opening =
        box.keyFor(
            PURPOSE, Arrays.copyOf(itsSalts, SALT), Arrays.copyOfRange(itsSalts, SALT, 2 * SALT));
    last = new Opened(wrapped, opening);
    return opening;
  }

  private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
    return cipher;
  }
}
