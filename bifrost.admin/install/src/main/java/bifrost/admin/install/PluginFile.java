package bifrost.admin.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file among the plugins, and the versions of it that are installed.
 *
 * <p>At most two versions matter: the one that serves, and a candidate that is installed but not
 * proven. A candidate takes over only when what the serving version offers is in use in the new
 * one; then the old one is let go, in the background. A candidate that fails is uninstalled, with
 * one line in the log, and the serving version stays. A candidate that cannot be resolved stays
 * installed and is tried again when something new is installed.
 *
 * <p>Requests come from any thread and return at once; one thread at a time, started when there is
 * work, carries them out in order. Only it touches the versions.
 */
final class PluginFile {
  private static final Logger LOG = LoggerFactory.getLogger(PluginFile.class);
  private static final Duration POLL = Duration.ofMillis(20);

  /** What is to be done next; a later wish replaces an earlier one. */
  private enum Wish {
    NONE,
    PRESENT,
    RETRY,
    ABSENT
  }

  /** An installed version, by the bundle's id, so that no class loader is held. */
  private record Version(long bundleId, FileStamp stamp) {}

  private final Path path;
  private final String name;
  private final PluginFramework framework;
  private final Offer offer;
  private final Retirements retirements;
  private final InstallSettings settings;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Wish wish = Wish.NONE;
  private Thread worker;
  private boolean started;
  private boolean closed;
  private volatile boolean unresolved;

  private Version serving;
  private Version candidate;
  private String complaint = "";

  PluginFile(
      Path path,
      PluginFramework framework,
      Offer offer,
      Retirements retirements,
      InstallSettings settings) {
    this.path = path;
    this.name = path.getFileName().toString();
    this.framework = framework;
    this.offer = offer;
    this.retirements = retirements;
    this.settings = settings;
  }

  /** Takes over a bundle that an earlier run of the installer put there; before any request. */
  void adopt(Bundle bundle, FileStamp stamp) {
    if (bundle.getState() == Bundle.INSTALLED) {
      candidate = new Version(bundle.getBundleId(), stamp);
      unresolved = true;
    } else {
      if (serving != null) {
        retirements.retire(name, serving.bundleId());
      }
      serving = new Version(bundle.getBundleId(), stamp);
    }
  }

  /** The file is there, or has changed. */
  void present() {
    request(Wish.PRESENT);
  }

  /** The file has gone. */
  void absent() {
    request(Wish.ABSENT);
  }

  /** Something new was installed: a candidate that could not be resolved may have a chance now. */
  void retry() {
    lock.lock();
    try {
      if (unresolved && wish == Wish.NONE) {
        request(Wish.RETRY);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the last request is carried out, or its version has at least been started. */
  void awaitStarted(Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lockInterruptibly();
    try {
      while (worker != null && !started && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing is being done. */
  boolean isIdle() {
    lock.lock();
    try {
      return worker == null;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more requests; work that waits for something gives up. Bundles stay as they are. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void request(Wish next) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      wish = next;
      started = false;
      changed.signalAll();
      if (worker == null) {
        worker = Thread.ofPlatform().daemon().name("plugin-" + name).unstarted(this::work);
        worker.start();
      }
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    for (Wish next = take(); next != Wish.NONE; next = take()) {
      try {
        switch (next) {
          case PRESENT -> apply();
          case RETRY -> tryAgain();
          case ABSENT -> remove();
          case NONE -> {}
        }
      } catch (InterruptedException e) {
        close();
      } catch (RuntimeException | LinkageError e) {
        LOG.error("{}: the plugin installer failed", name, e);
      }
    }
  }

  private Wish take() {
    lock.lock();
    try {
      Wish next = closed ? Wish.NONE : wish;
      wish = Wish.NONE;
      if (next == Wish.NONE) {
        worker = null;
        changed.signalAll();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void apply() throws InterruptedException {
    FileStamp stamp;
    try {
      stamp = FileStamp.of(path);
    } catch (IOException e) {
      return; // gone again, which File Install will say
    }
    if (isInstalled(serving) && serving.stamp().equals(stamp)) {
      drop(candidate);
      return;
    }
    if (isInstalled(candidate) && candidate.stamp().equals(stamp)) {
      tryAgain();
      return;
    }
    drop(candidate);
    complaint = "";
    Bundle bundle;
    try {
      bundle = framework.install(path, stamp);
    } catch (IOException | BundleException | RuntimeException e) {
      refuse(Reasons.of(e));
      return;
    }
    candidate = new Version(bundle.getBundleId(), stamp);
    promote(bundle);
  }

  private void tryAgain() throws InterruptedException {
    if (isInstalled(candidate)) {
      promote(framework.bundle(candidate.bundleId()));
    }
  }

  /** Starts the candidate and, when it does what the serving version does, lets it take over. */
  private void promote(Bundle bundle) throws InterruptedException {
    if (PluginFramework.isFragment(bundle)) {
      takeOver(bundle);
      LOG.info(
          "{}: a fragment of {}, which sees it when it is resolved next",
          name,
          bundle.getHeaders("").get(Constants.FRAGMENT_HOST));
      return;
    }
    Bundle old = serving == null ? null : framework.bundle(serving.bundleId());
    Map<String, Integer> expected = old == null ? Map.of() : offer.working(old);
    unresolved = true; // from here on, so that no arrival during the attempt is missed
    try {
      framework.start(bundle);
      unresolved = false;
    } catch (BundleException e) {
      if (e.getType() == BundleException.RESOLVE_ERROR) {
        complain(Reasons.of(e) + "; it is tried again when something new is installed");
      } else {
        drop(candidate);
        refuse(Reasons.of(e));
      }
      return;
    }
    signalStarted();
    Optional<String> missing =
        await(() -> old == null ? offer.idle(bundle) : offer.missing(bundle, expected));
    if (missing.isEmpty() || old == null) {
      takeOver(bundle);
      missing.ifPresent(
          idle -> LOG.warn("{}: started, but not in use: {}; see bifrost:why", name, idle));
    } else if (!isClosed()) {
      drop(candidate);
      refuse("within %d ms only %s".formatted(settings.bindTimeout().toMillis(), missing.get()));
    }
  }

  private void takeOver(Bundle bundle) {
    Version old = serving;
    serving = candidate;
    candidate = null;
    complaint = "";
    if (isInstalled(old)) {
      Bundle leaving = framework.bundle(old.bundleId());
      LOG.info(
          "{}: {} {} (bundle {}) took over from {} (bundle {})",
          name,
          bundle.getSymbolicName(),
          bundle.getVersion(),
          bundle.getBundleId(),
          leaving.getVersion(),
          leaving.getBundleId());
      retirements.retire(name, old.bundleId());
    } else {
      LOG.info(
          "{}: {} {} (bundle {}) started",
          name,
          bundle.getSymbolicName(),
          bundle.getVersion(),
          bundle.getBundleId());
    }
  }

  private void remove() throws InterruptedException {
    if (isBackWithin(settings.removalDelay())) {
      return;
    }
    drop(candidate);
    if (isInstalled(serving)) {
      LOG.info("{}: removed, bundle {} goes", name, serving.bundleId());
      retirements.retire(name, serving.bundleId());
    }
    serving = null;
  }

  /** Waits, and says whether the file is there again, or nothing may be removed any more. */
  private boolean isBackWithin(Duration delay) throws InterruptedException {
    long left = delay.toNanos();
    lock.lockInterruptibly();
    try {
      while (wish == Wish.NONE && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      return closed || wish == Wish.PRESENT || Files.exists(path);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nothing is missing any more; gives what still is at the end. */
  private Optional<String> await(Missing check) throws InterruptedException {
    long deadline = System.nanoTime() + settings.bindTimeout().toNanos();
    Optional<String> missing = check.now();
    while (missing.isPresent() && System.nanoTime() < deadline) {
      lock.lockInterruptibly();
      try {
        if (closed) {
          return missing;
        }
        changed.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        lock.unlock();
      }
      missing = check.now();
    }
    return missing;
  }

  private void drop(Version version) {
    if (version != null) {
      retirements.uninstall(name, version.bundleId());
    }
    candidate = null;
    unresolved = false;
  }

  private void refuse(String reason) {
    complain(
        isInstalled(serving)
            ? "%s; bundle %d keeps serving".formatted(reason, serving.bundleId())
            : reason);
  }

  /** One line for each reason, however often it is met. */
  private void complain(String reason) {
    if (!reason.equals(complaint)) {
      complaint = reason;
      LOG.warn("{}: not started: {}", path, reason);
    }
  }

  private boolean isInstalled(Version version) {
    return version != null && framework.bundle(version.bundleId()) != null;
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void signalStarted() {
    lock.lock();
    try {
      started = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Says what is missing at the moment, if anything. */
  private interface Missing {
    Optional<String> now();
  }
}
