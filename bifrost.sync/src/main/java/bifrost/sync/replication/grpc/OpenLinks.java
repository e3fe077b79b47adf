package bifrost.sync.replication.grpc;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The links that are open, so that they can be closed in order when the node stops. */
public final class OpenLinks {
  private static final long POLL_MILLIS = 5;

  private final Set<FrameLink> links = ConcurrentHashMap.newKeySet();

  void add(FrameLink link) {
    links.add(link);
  }

  void remove(FrameLink link) {
    links.remove(link);
  }

  /** Those that are open now. */
  List<FrameLink> all() {
    return List.copyOf(links);
  }

  int count() {
    return links.size();
  }

  /** Closes all, and waits until the other sides know or the time is over. */
  public void closeAll(String reason, Duration limit) {
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
