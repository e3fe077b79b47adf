package bifrost.providers.http;

import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into server-sent events and keeps every byte.
 *
 * <p>An event, here called a frame, reaches from the byte after the last one to the empty line that
 * closes it, whatever the line ends ({@code \n}, {@code \r\n}, {@code \r}, mixed), and is there as
 * soon as that line is. A frame that lies within one buffer of the source is not copied.
 *
 * <p>A cursor for one thread: {@link #advance()}, then look at the frame. What it returns is valid
 * until the next {@code advance()}.
 */
public final class SseReader {
  /** A bound for the frames of chats. */
  public static final int MAX_FRAME_BYTES = 1 << 20;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();
  private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EVENT = "event".getBytes(StandardCharsets.US_ASCII);

  private final Source source;
  private final int maxFrameBytes;

  private ByteBuffer input = NOTHING;
  private byte[] partial = new byte[0];
  private int partialLength;
  private boolean emptyLine = true;
  private boolean afterReturn;
  private boolean first = true;
  private ByteBuffer frame = NOTHING;

  /** Where the bytes come from: {@code response::next}. */
  @FunctionalInterface
  public interface Source {
    /** The next bytes, valid until the next call; a buffer without bytes at the end. */
    ByteBuffer next() throws UpstreamException, InterruptedException;
  }

  /**
   * A reader at the start of a stream.
   *
   * @param source the stream
   * @param maxFrameBytes the longest frame to accept
   */
  public SseReader(Source source, int maxFrameBytes) {
    this.source = source;
    this.maxFrameBytes = maxFrameBytes;
  }

  /**
   * Goes to the next frame; waits for it.
   *
   * @return whether there is one; not so at the end of the stream
   * @throws UpstreamException when the stream broke off, or a frame is too long
   * @throws InterruptedException when the thread was interrupted
   */
  public boolean advance() throws UpstreamException, InterruptedException {
    first = first && frame == NOTHING;
    partialLength = 0;
    while (true) {
      if (!input.hasRemaining()) {
        input = source.next();
        if (!input.hasRemaining()) {
          frame = NOTHING;
          return false;
        }
      }
      int end = findEnd();
      int length = (end < 0 ? input.limit() : end) - input.position();
      if (length > maxFrameBytes - partialLength) {
        throw new UpstreamException(
            UpstreamFailure.of(
                Kind.PROTOCOL,
                "a streamed event is longer than " + maxFrameBytes + " bytes",
                true));
      }
      if (end >= 0 && partialLength == 0) {
        frame = input.slice(input.position(), length);
        input.position(end);
        return true;
      }
      keep(length);
      if (end >= 0) {
        frame = ByteBuffer.wrap(partial, 0, partialLength);
        return true;
      }
    }
  }

  /** The frame with its closing empty line; its position may be moved. */
  public ByteBuffer frame() {
    return frame.duplicate();
  }

  /** The frame's data without field names, several lines joined by a line feed; may be empty. */
  public ByteBuffer data() {
    return field(DATA);
  }

  /** The frame's event type; empty when it has none. */
  public String event() {
    return StandardCharsets.UTF_8.decode(field(EVENT)).toString();
  }

  /** What came after the last frame, once {@link #advance()} has returned {@code false}. */
  public ByteBuffer remainder() {
    return ByteBuffer.wrap(partial, 0, partialLength);
  }

  /** The index after the frame that ends in the input, or -1. */
  private int findEnd() {
    int limit = input.limit();
    for (int i = input.position(); i < limit; i++) {
      byte b = input.get(i);
      if (b == '\n' && afterReturn) {
        afterReturn = false;
      } else if (b == '\n' || b == '\r') {
        afterReturn = b == '\r';
        if (emptyLine) {
          boolean pair = afterReturn && i + 1 < limit && input.get(i + 1) == '\n';
          afterReturn &= !pair;
          return i + (pair ? 2 : 1);
        }
        emptyLine = true;
      } else {
        afterReturn = false;
        emptyLine = false;
      }
    }
    return -1;
  }

  private void keep(int length) {
    if (partial.length - partialLength < length) {
      int wanted = Math.max(partialLength + length, Math.min(maxFrameBytes, partial.length * 2));
      partial = Arrays.copyOf(partial, Math.max(wanted, 512));
    }
    input.get(partial, partialLength, length);
    partialLength += length;
  }

  private ByteBuffer field(byte[] name) {
    ByteBuffer found = NOTHING;
    int limit = frame.limit();
    int at = first && startsWithMark() ? 3 : 0;
    while (at < limit) {
      int end = lineEnd(at);
      int value = valueOf(name, at, end);
      if (value >= 0) {
        ByteBuffer line = frame.slice(value, end - value);
        found = found == NOTHING ? line : joined(found, line);
      }
      at = end + 1;
    }
    return found;
  }

  private boolean startsWithMark() {
    return frame.limit() >= 3
        && frame.get(0) == (byte) 0xEF
        && frame.get(1) == (byte) 0xBB
        && frame.get(2) == (byte) 0xBF;
  }

  private int lineEnd(int at) {
    int end = at;
    while (end < frame.limit() && frame.get(end) != '\n' && frame.get(end) != '\r') {
      end++;
    }
    return end;
  }

  /** The index of a line's value when the line is of this field, or -1. */
  private int valueOf(byte[] name, int at, int end) {
    if (end - at < name.length) {
      return -1;
    }
    for (int i = 0; i < name.length; i++) {
      if (frame.get(at + i) != name[i]) {
        return -1;
      }
    }
    int colon = at + name.length;
    if (colon == end) {
      return end;
    }
    if (frame.get(colon) != ':') {
      return -1;
    }
    return colon + 1 < end && frame.get(colon + 1) == ' ' ? colon + 2 : colon + 1;
  }

  private static ByteBuffer joined(ByteBuffer before, ByteBuffer line) {
    ByteBuffer all = ByteBuffer.allocate(before.remaining() + 1 + line.remaining());
    return all.put(before.duplicate()).put((byte) '\n').put(line).flip();
  }
}
