package bifrost.runtime.ingress;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes request ids: 32 hexadecimal digits that sort by time and are unique without asking anybody:
 * milliseconds, a random number of this process, a counter.
 */
final class RequestIds {
  private final int process = new SecureRandom().nextInt();
  private final AtomicLong counter = new AtomicLong();

  String next() {
    long millis = System.currentTimeMillis();
    long count = counter.getAndIncrement();
    long high = millis << 16 | process >>> 16;
    long low = (long) process << 48 | count & 0xFFFF_FFFF_FFFFL;
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }
}
