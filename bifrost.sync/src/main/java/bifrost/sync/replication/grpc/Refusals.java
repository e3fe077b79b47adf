package bifrost.sync.replication.grpc;

import io.grpc.Attributes;
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
 * keeps trying; no more than some lines at a time, whoever tries. Safe for any thread.
 */
public final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final long QUIET_NANOS = Duration.ofMinutes(10).toNanos();
  private static final int MAX_REMEMBERED = 1_000;
  private static final int MAX_LINES = 200;

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
  private long linesSince = System.nanoTime();
  private int lines;

  /**
   * Counts a refusal and says it, unless it was said lately.
   *
   * @param kind why, as counted
   * @param remote where the peer is, {@code host:port}
   * @param nodeId the node that it says it is; empty when it has not said so
   * @param reason why, in words
   */
  void refused(Kind kind, String remote, String nodeId, String reason) {
    add(kind);
    String host = host(remote);
    if (isNews(key(host, nodeId, kind)) && hasRoom()) {
      LOG.warn(
          "replication refused {}{}: {}",
          host,
          nodeId.isEmpty() ? "" : " ('" + nodeId + "')",
          reason);
    }
  }

  /**
   * The same of a call.
   *
   * @param caller what gRPC knows of the caller
   */
  public void refused(Kind kind, Attributes caller, String nodeId, String reason) {
    refused(kind, Peers.address(Peers.remote(caller)), nodeId, reason);
  }

  /** Counts a refusal that is said elsewhere; that the peer tries again is not said, too. */
  void refusedAsSaid(Kind kind, String remote, String nodeId) {
    add(kind);
    String host = host(remote);
    isNews(key(host, nodeId, kind));
    isNews(key(host, "", kind));
  }

  /** How often peers were refused for a reason. */
  long count(Kind kind) {
    LongAdder count = counts.get(kind);
    return count == null ? 0 : count.sum();
  }

  private void add(Kind kind) {
    counts.computeIfAbsent(kind, k -> new LongAdder()).increment();
  }

  /** The port of a caller is another one each time. */
  private static String host(String remote) {
    return remote.replaceFirst(":\\d+$", "");
  }

  private static String key(String host, String nodeId, Kind kind) {
    return host + " " + nodeId + " " + kind;
  }

  /** Whether few enough lines were written lately; the last one says that there are more. */
  private boolean hasRoom() {
    long now = System.nanoTime();
    lock.lock();
    try {
      if (now - linesSince > QUIET_NANOS) {
        linesSince = now;
        lines = 0;
      }
      lines++;
      if (lines == MAX_LINES) {
        LOG.warn("replication refuses many; until some minutes have gone they are only counted");
      }
      return lines < MAX_LINES;
    } finally {
      lock.unlock();
    }
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
