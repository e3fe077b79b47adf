package bifrost.runtime.boot;

import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.ConfigStore.Endpoint;
import bifrost.api.storage.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Reads the store's read endpoint; when that fails or keeps silent for a while, the write endpoint
 * too. The first that gives a row is the one that is read; the other is given up.
 *
 * <p>An endpoint that hangs holds up nobody: each is tried on a thread of its own.
 */
final class EndpointRace {
  private static final Duration HEAD_START = Duration.ofMillis(500);

  private final ConfigStore store;
  private final Supplier<StoreLoad> loads;
  private final BlockingQueue<Attempt> ended = new LinkedBlockingQueue<>();
  private final AtomicReference<Attempt> chosen = new AtomicReference<>();
  private final List<Attempt> attempts = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  EndpointRace(ConfigStore store, Supplier<StoreLoad> loads) {
    this.store = store;
    this.loads = loads;
  }

  /**
   * What was read.
   *
   * @param load the rows
   * @param endpoint where they came from
   */
  record Read(StoreLoad load, Endpoint endpoint) {}

  /**
   * Reads.
   *
   * @param patience how long to wait for a first row; for ever where it is empty
   * @return empty when neither could be read; {@link #failures} says why
   */
  Optional<Read> run(Optional<Duration> patience) throws InterruptedException {
    long start = System.nanoTime();
    begin(Endpoint.READ);
    try {
      while (true) {
        boolean both = attempts.size() == Endpoint.values().length;
        Attempt over = next(start, both ? patience : Optional.of(HEAD_START));
        if (over == null && (chosen.get() != null || (both && patience.isEmpty()))) {
          continue; // rows are coming, or may come yet
        }
        if (over == null && both) {
          attempts.forEach(attempt -> attempt.silent(patience.orElseThrow()));
          return Optional.empty();
        }
        if (over != null && over.defect != null) {
          throw over.defect;
        }
        if (over != null && over.failure == null) {
          return Optional.of(new Read(over.load, over.endpoint));
        }
        if (over != null) {
          failures.add(over.failure);
          chosen.compareAndSet(over, null);
        }
        if (!both) {
          begin(Endpoint.WRITE);
        } else if (attempts.stream().allMatch(attempt -> attempt.reported)) {
          return Optional.empty();
        }
      }
    } finally {
      attempts.forEach(attempt -> attempt.thread.interrupt());
    }
  }

  /** What was tried, and how it ended. */
  List<String> failures() {
    return failures;
  }

  private void begin(Endpoint endpoint) {
    Attempt attempt = new Attempt(endpoint);
    attempts.add(attempt);
    attempt.thread.start();
  }

  private Attempt next(long start, Optional<Duration> patience) throws InterruptedException {
    if (patience.isEmpty() || chosen.get() != null) {
      Attempt over = ended.poll(100, TimeUnit.MILLISECONDS);
      return mark(over);
    }
    long left = patience.get().toNanos() - (System.nanoTime() - start);
    return mark(ended.poll(Math.max(0, left), TimeUnit.NANOSECONDS));
  }

  private static Attempt mark(Attempt over) {
    if (over != null) {
      over.reported = true;
    }
    return over;
  }

  /** One endpoint being read. */
  private final class Attempt {
    private final Endpoint endpoint;
    private final StoreLoad load = loads.get();
    private final Thread thread;
    private volatile String failure;
    private volatile RuntimeException defect;
    private boolean reported;

    private Attempt(Endpoint endpoint) {
      this.endpoint = endpoint;
      this.thread =
          Thread.ofPlatform().daemon().name("bifrost-boot-" + endpoint).unstarted(this::read);
    }

    private void read() {
      try {
        if (endpoint == Endpoint.WRITE) {
          store.migrate();
        }
        load.read(store, endpoint, this::claim);
        claim();
      } catch (StoreException e) {
        failure = place() + e.getMessage();
      } catch (RuntimeException e) {
        failure = place() + e;
        defect = chosen.get() == this ? e : null;
      }
      ended.add(this);
    }

    private void claim() {
      Attempt first = chosen.get();
      if (first != this && (first != null || !chosen.compareAndSet(null, this))) {
        throw new IllegalStateException("given up, the other endpoint answers");
      }
    }

    private void silent(Duration patience) {
      if (!reported) {
        failures.add(place() + "no answer within " + patience.toMillis() + " ms");
      }
    }

    private String place() {
      return endpoint.name().toLowerCase(Locale.ROOT) + " endpoint: ";
    }
  }
}
