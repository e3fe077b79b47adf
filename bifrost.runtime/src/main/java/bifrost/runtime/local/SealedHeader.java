package bifrost.runtime.local;

import bifrost.runtime.snapshot.codec.SecretBox;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The clear beginning of a sealed file: {@code "BIFROSTL", format 1, kind, salt of the key 16, salt
 * of the file 16, time of writing 8}. It is authenticated with every chunk.
 *
 * <p>Each file has a key of its own, so chunks are numbered from 0: chunk n is encrypted with nonce
 * {@code (n, whether it is the last)}. None can be changed, moved, repeated or left out.
 */
final class SealedHeader {
  static final int BYTES = 50;
  static final int TAG = 16;
  static final int CHUNK = 256 << 10;

  private static final byte[] MAGIC = {'B', 'I', 'F', 'R', 'O', 'S', 'T', 'L'};
  private static final byte FORMAT = 1;
  private static final int SALT = 16;

  private final byte[] bytes;
  private final SecretKeySpec key;

  private SealedHeader(byte[] bytes, SecretKeySpec key) {
    this.bytes = bytes;
    this.key = key;
  }

  /** The header of a new file. */
  static SealedHeader fresh(Kind kind, SecretBox box, long nowMillis) {
    byte[] fileSalt = new byte[SALT];
    new SecureRandom().nextBytes(fileSalt);
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    out.put(MAGIC).put(FORMAT).put(kind.code()).put(box.salt()).put(fileSalt).putLong(nowMillis);
    return new SealedHeader(out.array(), key(kind, box, out.array()));
  }

  /** The header that a file begins with. */
  static SealedHeader of(Path file, Kind kind, SecretBox box, byte[] bytes)
      throws UnusableFileException {
    for (int i = 0; i < MAGIC.length; i++) {
      if (bytes[i] != MAGIC[i]) {
        throw new UnusableFileException(file + " is not a file of this product");
      }
    }
    int format = bytes[MAGIC.length];
    if (format != FORMAT) {
      throw new UnusableFileException(
          "%s has format %d, this release reads format %d".formatted(file, format, FORMAT));
    }
    if (bytes[MAGIC.length + 1] != kind.code()) {
      throw new UnusableFileException(file + " is of another kind, it was renamed");
    }
    return new SealedHeader(bytes, key(kind, box, bytes));
  }

  byte[] bytes() {
    return bytes;
  }

  /** When the file was written, in milliseconds since the epoch. */
  long millis() {
    return ByteBuffer.wrap(bytes).getLong(BYTES - Long.BYTES);
  }

  /** A cipher for one chunk. */
  Cipher cipher(int mode, long chunk, boolean last) throws GeneralSecurityException {
    ByteBuffer nonce = ByteBuffer.allocate(12).putLong(chunk).putInt(last ? 1 : 0);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce.array()));
    cipher.updateAAD(bytes);
    return cipher;
  }

  private static SecretKeySpec key(Kind kind, SecretBox box, byte[] header) {
    ByteBuffer in = ByteBuffer.wrap(header, MAGIC.length + 2, 2 * SALT);
    byte[] keySalt = new byte[SALT];
    byte[] fileSalt = new byte[SALT];
    in.get(keySalt).get(fileSalt);
    return box.keyFor("local/" + kind.name(), keySalt, fileSalt);
  }

  /** What a file holds. */
  enum Kind {
    CONFIGURATION,
    COUNTERS;

    private byte code() {
      return (byte) (ordinal() + 1);
    }
  }
}
