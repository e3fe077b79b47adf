package bifrost.admin.install;

import bifrost.admin.install.PluginWorker.Wish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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
 * <p>Requests come from any thread and return at once; the worker carries them out in order, and
 * only its thread touches the versions.
 */
final class PluginFile {
  private static final Logger LOG = LoggerFactory.getLogger(PluginFile.class);

  /** An installed version, by the bundle's id, so that no class loader is held. */
  private record Version(long bundleId, FileStamp stamp) {}

  private final Path path;
  private final String name;
  private final PluginFramework framework;
  private final Offer offer;
  private final Retirements retirements;
  private final InstallSettings settings;

  private final PluginWorker worker;
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
    this.worker = new PluginWorker(name, this::carryOut);
  }

  /**
   * Takes over a bundle that an earlier run of the installer put there, oldest first and before any
   * request. The oldest that was started serves; the newest after it has yet to prove itself.
   */
  void adopt(Bundle bundle, FileStamp stamp) {
    if (candidate != null) {
      retirements.retire(name, candidate.bundleId());
    }
    Version adopted = new Version(bundle.getBundleId(), stamp);
    if (serving == null && bundle.getState() != Bundle.INSTALLED) {
      serving = adopted;
      candidate = null;
    } else {
      candidate = adopted;
    }
    unresolved = candidate != null;
  }

  /** The file is there, or has changed. */
  void present() {
    worker.request(Wish.PRESENT);
  }

  /** The file has gone. */
  void absent() {
    worker.request(Wish.ABSENT);
  }

  /** Something new was installed: a candidate that could not be resolved may have a chance now. */
  void retry() {
    if (unresolved) {
      worker.request(Wish.RETRY);
    }
  }

  /** Waits until the last request is carried out, or its version has at least been started. */
  void awaitStarted(Duration limit) throws InterruptedException {
    worker.awaitStarted(limit);
  }

  /** Whether nothing is being done. */
  boolean isIdle() {
    return worker.isIdle();
  }

  /** Takes no more requests; work that waits for something gives up. Bundles stay as they are. */
  void close() {
    worker.close();
  }

  private void carryOut(Wish wish) throws InterruptedException {
    switch (wish) {
      case PRESENT -> apply();
      case RETRY -> tryAgain();
      case ABSENT -> remove();
      case NONE -> {}
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
    worker.signalStarted();
    Optional<String> missing =
        worker.await(
            () -> old == null ? offer.idle(bundle) : offer.missing(bundle, expected),
            settings.bindTimeout());
    if (missing.isEmpty() || old == null) {
      takeOver(bundle);
      missing.ifPresent(
          idle -> LOG.warn("{}: started, but not in use: {}; see bifrost:why", name, idle));
    } else if (!worker.isClosed()) {
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
      String leaving = framework.bundle(old.bundleId()).getVersion().toString();
      retirements.retire(name, old.bundleId());
      LOG.info(
          "{}: {} {} (bundle {}) took over from {} (bundle {})",
          name,
          bundle.getSymbolicName(),
          bundle.getVersion(),
          bundle.getBundleId(),
          leaving,
          old.bundleId());
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
    if (!worker.pause(settings.removalDelay()) || Files.exists(path)) {
      return;
    }
    drop(candidate);
    if (isInstalled(serving)) {
      LOG.info("{}: removed, bundle {} goes", name, serving.bundleId());
      retirements.retire(name, serving.bundleId());
    }
    serving = null;
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
}
