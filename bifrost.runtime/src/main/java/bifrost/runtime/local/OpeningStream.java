package bifrost.runtime.local;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/** Decrypts what {@link SealingStream} wrote; gives no byte that is not authentic. */
final class OpeningStream extends InputStream {
  private final Path file;
  private final InputStream in;
  private final SealedHeader header;
  private byte[] chunk = {};
  private int next;
  private long number;
  private boolean ended;

  OpeningStream(Path file, InputStream in, SealedHeader header) {
    this.file = file;
    this.in = in;
    this.header = header;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (next == chunk.length) {
      if (ended) {
        return -1;
      }
      open();
    }
    int part = Math.min(length, chunk.length - next);
    System.arraycopy(chunk, next, bytes, from, part);
    next += part;
    return part;
  }

  private void open() throws IOException {
    try {
      int mark = ByteBuffer.wrap(exactly(Integer.BYTES)).getInt();
      boolean last = mark < 0;
      int length = mark & Integer.MAX_VALUE;
      if (length < SealedHeader.TAG || length > SealedHeader.CHUNK + SealedHeader.TAG) {
        throw damaged();
      }
      byte[] sealed = exactly(length);
      chunk = header.cipher(Cipher.DECRYPT_MODE, number, last).doFinal(sealed);
      next = 0;
      number++;
      ended = last;
      if (last && in.read() >= 0) {
        throw damaged();
      }
    } catch (EOFException e) {
      throw damaged();
    } catch (AEADBadTagException e) {
      throw number == 0
          ? new UnusableFileException(
              file + " was written under another encryption key, or it is damaged")
          : damaged();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot decrypt with AES-256-GCM", e);
    }
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private UnusableFileException damaged() {
    return new UnusableFileException(file + " is damaged");
  }
}
