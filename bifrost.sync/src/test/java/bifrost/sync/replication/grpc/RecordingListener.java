package bifrost.sync.replication.grpc;

import bifrost.sync.membership.Await;
import bifrost.sync.replication.link.Link;
import bifrost.sync.replication.link.LinkListener;
import bifrost.sync.replication.message.SyncMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what it is told, and deals with messages at once unless it is told not to. */
public final class RecordingListener implements LinkListener {
  public final List<Link> opened = new CopyOnWriteArrayList<>();
  public final List<SyncMessage> messages = new CopyOnWriteArrayList<>();
  public final List<String> closed = new CopyOnWriteArrayList<>();
  public final List<String> failed = new CopyOnWriteArrayList<>();
  public final AtomicInteger ready = new AtomicInteger();
  public volatile boolean reads = true;

  @Override
  public void opened(Link link) {
    opened.add(link);
  }

  @Override
  public void received(Link link, SyncMessage message) {
    messages.add(message);
    if (reads) {
      link.processed();
    }
  }

  @Override
  public void ready(Link link) {
    ready.incrementAndGet();
  }

  @Override
  public void closed(Link link, String reason) {
    closed.add(reason);
  }

  @Override
  public void failed(String nodeId, String reason) {
    failed.add(nodeId + ": " + reason);
  }

  public Link link() throws InterruptedException {
    Await.until("no link was opened; failed: " + failed, () -> !opened.isEmpty());
    return opened.getLast();
  }

  /** The newest link, once there were so many in all. */
  public Link link(int count) throws InterruptedException {
    Await.until("only " + opened.size() + " links", () -> opened.size() >= count);
    return opened.getLast();
  }

  public String failure() throws InterruptedException {
    Await.until("no dial failed", () -> !failed.isEmpty());
    return failed.getLast();
  }

  public String end() throws InterruptedException {
    Await.until("no link was closed", () -> !closed.isEmpty());
    return closed.getLast();
  }

  public void awaitMessages(int count) throws InterruptedException {
    Await.until("only " + messages.size() + " messages", () -> messages.size() >= count);
  }
}
