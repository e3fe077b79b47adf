package bifrost.admin.shell.wire;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What travels between {@code ./bifrost shell} and the node.
 *
 * <p>The client sends the token, then commands, each as a modified UTF-8 string with a 16-bit
 * length. The node answers each command with frames: a type, a 32-bit length, that many bytes; the
 * last one is {@link #DONE} with the status. The token is answered with a {@link #DONE} too.
 */
public final class ShellProtocol {
  /** A frame of output. */
  public static final byte OUTPUT = 'o';

  /** A frame of error output. */
  public static final byte ERROR = 'e';

  /** The last frame of a command; its one byte is the status, 0 when the command succeeded. */
  public static final byte DONE = 'd';

  /** The most bytes in a frame. */
  public static final int MAX_FRAME = 64 * 1024;

  private ShellProtocol() {}

  /** Writes a frame and flushes it. */
  public static void write(DataOutputStream out, byte type, byte[] bytes, int offset, int length)
      throws IOException {
    out.writeByte(type);
    out.writeInt(length);
    out.write(bytes, offset, length);
    out.flush();
  }

  /** Writes the frame that ends a command. */
  public static void done(DataOutputStream out, int status) throws IOException {
    write(out, DONE, new byte[] {(byte) status}, 0, 1);
  }

  /** Writes a line of error output. */
  public static void error(DataOutputStream out, String line) throws IOException {
    byte[] bytes = (line + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
    write(out, ERROR, bytes, 0, Math.min(bytes.length, MAX_FRAME));
  }

  /**
   * Copies the frames of one command.
   *
   * @return its status
   */
  public static int copy(DataInputStream in, OutputStream output, OutputStream errors)
      throws IOException {
    while (true) {
      byte type = in.readByte();
      int length = in.readInt();
      if (length < 0 || length > MAX_FRAME) {
        throw new IOException("a frame of %d bytes".formatted(length));
      }
      byte[] bytes = in.readNBytes(length);
      switch (type) {
        case OUTPUT -> {
          output.write(bytes);
          output.flush();
        }
        case ERROR -> {
          errors.write(bytes);
          errors.flush();
        }
        case DONE -> {
          return length == 1 ? bytes[0] : 1;
        }
        default -> throw new IOException("a frame of unknown type %d".formatted(type));
      }
    }
  }
}
