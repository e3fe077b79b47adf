package bifrost.sync.membership.wire;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-GCM around a message: version, nonce of 12 bytes, ciphertext, tag of 16 bytes.
 *
 * <p>Version 1 is what protocol 2 and later sends; version 0 pads as PKCS 7 and is only read.
 */
final class Encryption {
  /** By how many bytes a message grows. */
  static final int OVERHEAD = 1 + 12 + 16;

  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Encryption() {}

  static byte[] seal(Keyring keys, byte[] message, byte[] associated) {
    byte[] out = new byte[message.length + OVERHEAD];
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    out[0] = 1;
    System.arraycopy(nonce, 0, out, 1, NONCE);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keys.primary(), nonce, 0, associated);
      cipher.doFinal(message, 0, message.length, out, 1 + NONCE);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM does not work in this JVM", e);
    }
    return out;
  }

  static byte[] open(Keyring keys, byte[] sealed, int from, byte[] associated)
      throws BadMessageException {
    if (sealed.length - from < OVERHEAD) {
      throw ByteSource.truncated();
    }
    int version = sealed[from];
    if (version != 0 && version != 1) {
      throw new BadMessageException(DropReason.UNDECRYPTABLE, "encryption version " + version);
    }
    for (byte[] key : keys.all()) {
      try {
        byte[] plain =
            cipher(Cipher.DECRYPT_MODE, key, sealed, from + 1, associated)
                .doFinal(sealed, from + 1 + NONCE, sealed.length - from - 1 - NONCE);
        return version == 0 ? unpad(plain) : plain;
      } catch (GeneralSecurityException e) {
        // not this key: the next one
      }
    }
    throw new BadMessageException(DropReason.UNDECRYPTABLE, "no key opens it");
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, int offset, byte[] associated)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG, nonce, offset, NONCE));
    cipher.updateAAD(associated);
    return cipher;
  }

  private static byte[] unpad(byte[] plain) throws BadMessageException {
    int padding = plain.length == 0 ? 0 : plain[plain.length - 1];
    if (padding < 1 || padding > 16 || padding > plain.length) {
      throw new BadMessageException(DropReason.MALFORMED, "bad padding");
    }
    return Arrays.copyOf(plain, plain.length - padding);
  }
}
