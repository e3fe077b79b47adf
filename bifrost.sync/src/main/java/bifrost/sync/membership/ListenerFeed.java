package bifrost.sync.membership;

import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.MemberChange;
import bifrost.api.cluster.MembershipListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Calls one listener: changes that come while it is busy are merged into its next call. */
public final class ListenerFeed {
  private static final int MAX_CHANGES = 1_024;

  private final MembershipListener listener;
  private final SerialQueue queue = new SerialQueue("listener", 2);
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<MemberChange> changes = new ArrayDeque<>();
  private ClusterView view;

  /** Calls nobody yet. */
  public ListenerFeed(MembershipListener listener) {
    this.listener = listener;
  }

  /** Tells the listener when it has time; returns at once. */
  public void publish(ClusterView next, List<MemberChange> more) {
    lock.lock();
    try {
      view = next;
      for (MemberChange change : more) {
        if (changes.size() == MAX_CHANGES) {
          changes.removeFirst();
        }
        changes.addLast(change);
      }
    } finally {
      lock.unlock();
    }
    queue.offer(this::deliver);
  }

  /** Tells nothing further. */
  public void close() {
    queue.close();
  }

  private void deliver() {
    ClusterView current;
    List<MemberChange> news;
    lock.lock();
    try {
      current = view;
      news = List.copyOf(changes);
      view = null;
      changes.clear();
    } finally {
      lock.unlock();
    }
    if (current != null) {
      listener.changed(current, news);
    }
  }
}
