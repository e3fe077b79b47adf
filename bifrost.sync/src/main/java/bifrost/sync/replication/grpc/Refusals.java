package bifrost.sync.replication.grpc;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names who was refused and why: one line for each peer and reason, and not again while the peer
 * keeps trying. Safe for any thread.
 */
public final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final long QUIET_NANOS = Duration.ofMinutes(10).toNanos();
  private static final int MAX_REMEMBERED = 1_000;

  /** Why a peer is refused, as counted. */
  public enum Kind {
    /** Its certificate, or that it has none. */
    TLS,
    /** It is no member, or not who it should be. */
    MEMBER,
    /** It sent what is no message, or too much. */
    MESSAGE,
    /** Too many connections. */
    LIMIT
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Long> remembered =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };
  private final Map<Kind, LongAdder> counts = new ConcurrentHashMap<>();

  /**
   * Counts a refusal and says it, unless it was said lately.
   *
   * @param kind why, as counted
   * @param remote where the peer is, {@code host:port}
   * @param nodeId the node that it says it is; empty when it has not said so
   * @param reason why, in words
   */
  void refused(Kind kind, String remote, String nodeId, String reason) {
    counts.computeIfAbsent(kind, k -> new LongAdder()).increment();
    // the port of a caller is another one each time
    String host = remote.replaceFirst(":\\d+$", "");
    if (isNews(host + " " + nodeId + " " + kind)) {
      LOG.warn(
          "replication refused {}{}: {}",
          host,
          nodeId.isEmpty() ? "" : " ('" + nodeId + "')",
          reason);
    }
  }

  /** How often peers were refused for a reason. */
  long count(Kind kind) {
    LongAdder count = counts.get(kind);
    return count == null ? 0 : count.sum();
  }

  private boolean isNews(String key) {
    long now = System.nanoTime();
    lock.lock();
    try {
      Long last = remembered.get(key);
      if (last != null && now - last < QUIET_NANOS) {
        return false;
      }
      remembered.put(key, now);
      return true;
    } finally {
      lock.unlock();
    }
  }
}
