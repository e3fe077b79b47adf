package bifrost.sync.membership.protocol;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A token bucket for each source address; addresses beyond the number that is kept replace the one
 * that was quiet for longest. Safe for any thread.
 */
final class RateLimit {
  private static final int MAX_SOURCES = 1_024;

  private final ReentrantLock lock = new ReentrantLock();
  private final LongSupplier nanos;
  private final double perNano;
  private final double burst;
  private final Map<InetAddress, Bucket> buckets = new LinkedHashMap<>(64, 0.75f, true);

  RateLimit(double perSecond, double burst, LongSupplier nanos) {
    this.perNano = perSecond / 1e9;
    this.burst = burst;
    this.nanos = nanos;
  }

  boolean allows(InetAddress source) {
    long now = nanos.getAsLong();
    lock.lock();
    try {
      Bucket bucket = buckets.get(source);
      if (bucket == null) {
        bucket = new Bucket(burst, now);
        buckets.put(source, bucket);
        if (buckets.size() > MAX_SOURCES) {
          buckets.remove(buckets.keySet().iterator().next());
        }
      }
      bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) * perNano);
      bucket.at = now;
      if (bucket.tokens < 1) {
        return false;
      }
      bucket.tokens--;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private static final class Bucket {
    private double tokens;
    private long at;

    Bucket(double tokens, long at) {
      this.tokens = tokens;
      this.at = at;
    }
  }
}
