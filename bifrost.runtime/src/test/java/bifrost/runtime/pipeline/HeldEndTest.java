package bifrost.runtime.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Header;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldEndTest {
  private final Client client = new Client();
  private final HeldEnd held = new HeldEnd(client);

  @Test
  void endLeavesOnlyWhenItIsReleased() {
    held.head(200, "text/plain", 5, List.of());
    held.write(ByteBuffer.wrap(new byte[] {1, 2}), false);
    ByteBuffer reused = ByteBuffer.wrap(new byte[] {3, 4, 5});
    held.write(reused, true);
    reused.put(0, (byte) 9);
    assertEquals(2, client.bytes.size());
    assertFalse(client.ended);
    assertFalse(reused.hasRemaining());

    held.release();
    held.release();

    assertTrue(client.ended);
    assertEquals(List.of(1, 2, 3, 4, 5), client.values());
  }

  @Test
  void onlyTheLastPartOfALargeAnswerIsHeld() {
    held.write(ByteBuffer.allocate(100_000), true);
    assertEquals(100_000 - 8_192, client.bytes.size());

    held.release();

    assertEquals(100_000, client.bytes.size());
    assertTrue(client.ended);
  }

  @Test
  void abortedAnswerHasNoEnd() {
    held.write(ByteBuffer.allocate(10), true);
    held.abort();
    held.release();

    assertTrue(client.aborted);
    assertFalse(client.ended);
  }

  private static final class Client implements ClientResponse {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ended;
    private boolean aborted;

    List<Integer> values() {
      byte[] all = bytes.toByteArray();
      return IntStream.range(0, all.length).mapToObj(i -> (int) all[i]).toList();
    }

    @Override
    public void head(int status, String contentType, long length, List<Header> headers) {
      // not looked at
    }

    @Override
    public void write(ByteBuffer data, boolean last) {
      while (data.hasRemaining()) {
        bytes.write(data.get());
      }
      ended |= last;
    }

    @Override
    public boolean committed() {
      return bytes.size() > 0;
    }

    @Override
    public void abort() {
      aborted = true;
    }

    @Override
    public boolean clientGone() {
      return false;
    }
  }
}
