package bifrost.sync.membership.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private final AtomicLong now = new AtomicLong();
  private final RateLimit limit = new RateLimit(10, 20, now::get);

  @Test
  void aSourceGetsItsBurstThenItsRate() throws Exception {
    assertEquals(20, admitted(source(1), 100));
    now.addAndGet(1_000_000_000L);
    assertEquals(10, admitted(source(1), 100));
  }

  @Test
  void oneSourceDoesNotStarveAnother() throws Exception {
    admitted(source(1), 100);
    assertFalse(limit.allows(source(1)));
    assertTrue(limit.allows(source(2)));
  }

  @Test
  void manySourcesDoNotGrowTheTableForEver() throws Exception {
    for (int i = 0; i < 100_000; i++) {
      assertTrue(limit.allows(source(i)));
    }
  }

  private int admitted(InetAddress source, int tries) {
    int admitted = 0;
    for (int i = 0; i < tries; i++) {
      admitted += limit.allows(source) ? 1 : 0;
    }
    return admitted;
  }

  private static InetAddress source(int i) throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {10, (byte) (i >>> 16), (byte) (i >>> 8), (byte) i});
  }
}
