package bifrost.sync.replication.grpc;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The links that are open, so that they can be closed in order when the node stops. */
final class OpenLinks {
  private static final long POLL_MILLIS = 5;

  private final Set<GrpcLink> links = ConcurrentHashMap.newKeySet();

  void add(GrpcLink link) {
    links.add(link);
  }

  void remove(GrpcLink link) {
    links.remove(link);
  }

  int count() {
    return links.size();
  }

  /** Closes all, and waits until the other sides know or the time is over. */
  void closeAll(String reason, Duration limit) {
    links.forEach(link -> link.close(reason));
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (!links.isEmpty() && System.nanoTime() - end < 0) {
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
