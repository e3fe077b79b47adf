package bifrost.runtime.ingress;

import java.util.concurrent.atomic.AtomicLong;

/** The heap that the bodies of all running requests may take together. */
final class BodyMemory {
  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  BodyMemory(long limit) {
    this.limit = limit;
  }

  /** A quarter of the heap. */
  static BodyMemory ofHeap() {
    return new BodyMemory(Runtime.getRuntime().maxMemory() / 4);
  }

  /** Takes so many bytes, if they are left. */
  boolean take(long bytes) {
    if (taken.addAndGet(bytes) <= limit) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  void give(long bytes) {
    taken.addAndGet(-bytes);
  }
}
