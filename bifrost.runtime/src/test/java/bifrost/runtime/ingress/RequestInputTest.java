package bifrost.runtime.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.runtime.pipeline.BodyMemoryException;
import bifrost.runtime.pipeline.BodyTooLargeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RequestInputTest {
  private final BodyMemory memory = new BodyMemory(100);

  private RequestInput input(int size, long limit, long kept) {
    return new RequestInput(new ByteArrayInputStream(new byte[size]), limit, 0, memory, kept);
  }

  @Test
  void aBodyBeyondItsLimitIsRefusedHoweverItIsRead() {
    assertThrows(BodyTooLargeException.class, () -> input(60, 50, 60).readAllBytes());
    assertThrows(BodyTooLargeException.class, () -> input(60, 50, 60).readNBytes(60));
  }

  @Test
  void bodiesThatTogetherExceedTheMemoryAreRefusedUntilOthersAreOver() throws IOException {
    RequestInput first = input(80, 1000, Long.MAX_VALUE);
    assertEquals(80, first.readNBytes(80).length);
    assertThrows(BodyMemoryException.class, () -> input(30, 1000, Long.MAX_VALUE).readNBytes(30));
    first.release();
    assertTrue(memory.take(100));
  }

  @Test
  void anUploadThatStreamsThroughTakesNoMoreThanIsKept() throws IOException {
    RequestInput upload = input(5000, 10_000, 40);
    assertEquals(5000, upload.readAllBytes().length);
    assertTrue(memory.take(60));
  }

  @Test
  void aBodyThatEndsEarlyIsAnError() {
    assertThrows(IOException.class, () -> input(10, 1000, 1000).readNBytes(20));
  }
}
