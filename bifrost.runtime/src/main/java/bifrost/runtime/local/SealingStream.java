package bifrost.runtime.local;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/** Encrypts what is written, chunk by chunk: {@code length 4, ciphertext and tag}. */
final class SealingStream extends OutputStream {
  private final OutputStream out;
  private final SealedHeader header;
  private final long maxBytes;
  private final byte[] chunk = new byte[SealedHeader.CHUNK];
  private int filled;
  private long number;
  private long written;

  SealingStream(OutputStream out, SealedHeader header, long maxBytes) throws IOException {
    this.out = out;
    this.header = header;
    this.maxBytes = maxBytes;
    out.write(header.bytes());
    written = SealedHeader.BYTES;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    int at = from;
    int left = length;
    while (left > 0) {
      if (filled == chunk.length) {
        seal(false);
      }
      int part = Math.min(left, chunk.length - filled);
      System.arraycopy(bytes, at, chunk, filled, part);
      filled += part;
      at += part;
      left -= part;
    }
  }

  /** Writes the last chunk; the stream beneath stays open. */
  void finish() throws IOException {
    seal(true);
  }

  private void seal(boolean last) throws IOException {
    try {
      Cipher cipher = header.cipher(Cipher.ENCRYPT_MODE, number++, last);
      byte[] sealed = cipher.doFinal(chunk, 0, filled);
      written += Integer.BYTES + sealed.length;
      if (written > maxBytes) {
        throw new IOException("it would take more than " + (maxBytes >> 20) + " MiB");
      }
      int mark = last ? sealed.length | Integer.MIN_VALUE : sealed.length;
      out.write(ByteBuffer.allocate(Integer.BYTES).putInt(mark).array());
      out.write(sealed);
      filled = 0;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot encrypt with AES-256-GCM", e);
    }
  }
}
