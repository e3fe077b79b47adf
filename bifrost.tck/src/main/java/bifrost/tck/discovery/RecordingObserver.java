package bifrost.tck.discovery;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.PeerDiscovery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Keeps what a session reports, and lets a test wait for it. Safe for any thread. */
public final class RecordingObserver implements PeerDiscovery.Observer {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<DiscoveryFailure> failures = new ArrayList<>();
  private Optional<Set<Candidate>> last = Optional.empty();
  private Set<String> others = Set.of();
  private int registrations;
  private int answers;
  private int malformed;

  @Override
  public void registered() {
    change(() -> registrations++);
  }

  @Override
  public void found(Set<Candidate> candidates) {
    change(
        () -> {
          last = Optional.of(Set.copyOf(candidates));
          answers++;
        });
  }

  @Override
  public void failed(DiscoveryFailure failure) {
    change(() -> failures.add(failure));
  }

  @Override
  public void others(Set<String> serviceNames) {
    change(() -> others = Set.copyOf(serviceNames));
  }

  @Override
  public void malformed(int count, String example) {
    change(() -> malformed = count);
  }

  /** The last set that was found; empty before the first. */
  public Set<Candidate> candidates() {
    return locked(() -> last.orElse(Set.of()));
  }

  /** How often an answer came. */
  public int answers() {
    return locked(() -> answers);
  }

  /** How often it was told that the node is registered. */
  public int registrations() {
    return locked(() -> registrations);
  }

  /** All causes of failures so far. */
  public List<String> failures() {
    return locked(() -> failures.stream().map(DiscoveryFailure::cause).toList());
  }

  /** The reasons of all failures so far. */
  public List<DiscoveryFailure.Reason> reasons() {
    return locked(() -> failures.stream().map(DiscoveryFailure::reason).toList());
  }

  /** The other clusters that were seen last. */
  public Set<String> otherServices() {
    return locked(() -> others);
  }

  /** How many entries could not be read at last. */
  public int malformedEntries() {
    return locked(() -> malformed);
  }

  /** Whether the last set has a node at an address. */
  public boolean sees(String host, int port) {
    return candidates().stream().anyMatch(c -> c.host().equals(host) && c.port() == port);
  }

  /** Waits until something holds of what was reported; fails after a minute. */
  public void await(String what, Predicate<RecordingObserver> holds) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    lock.lock();
    try {
      while (!holds.test(this)) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          throw new AssertionError(
              "%s: not after %s; found %s, failures %s"
                  .formatted(what, PATIENCE, last, failures.stream().distinct().toList()));
        }
        changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(Supplier<T> read) {
    lock.lock();
    try {
      return read.get();
    } finally {
      lock.unlock();
    }
  }
}
