package bifrost.admin.rest.auth;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Slows down guessing: after five failures an address waits, twice as long after each further one,
 * up to a minute. Forgotten a quarter of an hour after the last failure. An IPv6 client counts by
 * its /64 network.
 */
final class Throttle {
  private static final int FREE = 5;
  private static final long LONGEST_MILLIS = 60_000;
  private static final long REMEMBERED_MILLIS = 15 * 60_000;
  private static final int MOST_ADDRESSES = 10_000;

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Failures> failures =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  private record Failures(int count, long lastMillis) {
    long blockedUntil() {
      if (count < FREE) {
        return 0;
      }
      return lastMillis + Math.min(LONGEST_MILLIS, 1000L << Math.min(count - FREE, 10));
    }
  }

  Throttle(InstantSource clock) {
    this.clock = clock;
  }

  /** How long an address has to wait; zero when it has not. */
  Duration blocked(String address) {
    long now = clock.millis();
    lock.lock();
    try {
      Failures known = failures.get(network(address));
      return known == null
          ? Duration.ZERO
          : Duration.ofMillis(Math.max(0, known.blockedUntil() - now));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Counts a failure.
   *
   * @return whether the address has to wait from now on, for the first time
   */
  boolean failed(String address) {
    long now = clock.millis();
    lock.lock();
    try {
      Failures next =
          failures.merge(
              network(address),
              new Failures(1, now),
              (old, one) ->
                  now - old.lastMillis() > REMEMBERED_MILLIS
                      ? one
                      : new Failures(Math.min(old.count() + 1, 1000), now));
      return next.count() == FREE;
    } finally {
      lock.unlock();
    }
  }

  /** Forgets the failures of an address. */
  void succeeded(String address) {
    lock.lock();
    try {
      failures.remove(network(address));
    } finally {
      lock.unlock();
    }
  }

  private static String network(String address) {
    if (address.indexOf(':') < 0) {
      return address;
    }
    try {
      byte[] bytes = InetAddress.getByName(address).getAddress();
      return Arrays.toString(Arrays.copyOf(bytes, Math.min(8, bytes.length)));
    } catch (UnknownHostException e) {
      return address;
    }
  }
}
