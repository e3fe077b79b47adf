package bifrost.sync.replication.broker;

import bifrost.sync.replication.broker.v1.BrokerWire.FromNode;
import bifrost.sync.replication.broker.v1.BrokerWire.Node;
import bifrost.sync.replication.broker.v1.BrokerWire.ToNode;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A node's stream, at the broker. What the node does not read at once is kept up to a bound in
 * bytes; a node beyond it is detached, and comes back.
 */
final class Attachment {
  private static final int MAX_KEPT_BYTES = 32 << 20;

  private final ServerCall<FromNode, ToNode> call;

  /** Guards the order of messages, and the fields below. Nothing in it blocks. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Deque<ToNode> kept = new ArrayDeque<>();
  private long keptBytes;
  private boolean closed;
  private volatile Node node;

  Attachment(ServerCall<FromNode, ToNode> call) {
    this.call = call;
  }

  /** What the node says of itself; {@code null} before it has. */
  Node node() {
    return node;
  }

  void announced(Node said) {
    node = said;
  }

  void send(ToNode message) {
    boolean slow = false;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      if (kept.isEmpty() && call.isReady()) {
        call.sendMessage(message);
      } else {
        kept.add(message);
        keptBytes += message.getSerializedSize();
        slow = keptBytes > MAX_KEPT_BYTES;
      }
    } finally {
      lock.unlock();
    }
    if (slow) {
      close(Status.RESOURCE_EXHAUSTED.withDescription("the node does not read what is sent to it"));
    }
  }

  /** Sends what was kept, as far as the node reads. */
  void ready() {
    lock.lock();
    try {
      while (!closed && !kept.isEmpty() && call.isReady()) {
        ToNode message = kept.remove();
        keptBytes -= message.getSerializedSize();
        call.sendMessage(message);
      }
    } finally {
      lock.unlock();
    }
  }

  void close(Status status) {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        kept.clear();
        keptBytes = 0;
        call.close(status, new Metadata());
      }
    } finally {
      lock.unlock();
    }
  }

  /** The stream is gone. */
  void ended() {
    lock.lock();
    try {
      closed = true;
      kept.clear();
      keptBytes = 0;
    } finally {
      lock.unlock();
    }
  }
}
