package bifrost.runtime.pipeline;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.IntPredicate;

/** The beginning of what a client sent and got. For the request's thread. */
final class PayloadCopy {
  private final int most;
  private final IntPredicate room;
  private final ByteArrayOutputStream request = new ByteArrayOutputStream(0);
  private final ByteArrayOutputStream response = new ByteArrayOutputStream(0);
  private boolean truncated;

  /**
   * An empty copy.
   *
   * @param most how much of each body is kept
   * @param room takes memory for so many bytes more; false when there is none
   */
  PayloadCopy(int most, IntPredicate room) {
    this.most = most;
    this.room = room;
  }

  void asked(ByteBuffer body) {
    add(request, body);
  }

  void answered(ByteBuffer piece) {
    add(response, piece);
  }

  byte[] request() {
    return request.toByteArray();
  }

  byte[] response() {
    return response.toByteArray();
  }

  boolean truncated() {
    return truncated;
  }

  /** How much memory it has taken. */
  int bytes() {
    return request.size() + response.size();
  }

  /** Says that something is missing. */
  void cut() {
    truncated = true;
  }

  private void add(ByteArrayOutputStream to, ByteBuffer bytes) {
    int take = Math.min(bytes.remaining(), most - to.size());
    if (take < bytes.remaining()) {
      truncated = true;
    }
    if (take <= 0) {
      return;
    }
    if (!room.test(take)) {
      truncated = true;
      return;
    }
    byte[] part = new byte[take];
    bytes.get(part);
    to.writeBytes(part);
  }
}
