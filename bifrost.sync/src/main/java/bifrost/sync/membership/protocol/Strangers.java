package bifrost.sync.membership.protocol;

import bifrost.sync.membership.wire.DropReason;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Who sends what this node must not accept: another key, no key, another label. Keeps the sources
 * heard last, for any thread.
 */
public final class Strangers {
  private static final int MAX = 64;
  private static final Set<DropReason> REASONS =
      EnumSet.of(DropReason.UNENCRYPTED, DropReason.UNDECRYPTABLE, DropReason.LABEL);

  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Source, Seen> seen = new HashMap<>();

  Strangers(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Takes note of something that was dropped; reasons of other kinds are left aside. */
  void dropped(InetAddress from, DropReason reason) {
    if (!REASONS.contains(reason)) {
      return;
    }
    lock.lock();
    try {
      Source source = new Source(from, reason);
      Seen before = seen.get(source);
      if (before == null && seen.size() >= MAX) {
        seen.remove(
            seen.values().stream().min(Comparator.comparingLong(Seen::last)).get().source());
      }
      seen.put(
          source, new Seen(source, before == null ? 1 : before.count() + 1, nanos.getAsLong()));
    } finally {
      lock.unlock();
    }
  }

  /** The sources that were heard, each with the time of the last. */
  public List<Seen> seen() {
    lock.lock();
    try {
      return List.copyOf(seen.values());
    } finally {
      lock.unlock();
    }
  }

  /** An address and what is wrong with what it sends. */
  public record Source(InetAddress address, DropReason reason) {}

  /**
   * A source that was heard.
   *
   * @param count how often
   * @param last when the last time, by the scheduler's clock in nanoseconds
   */
  public record Seen(Source source, long count, long last) {}
}
