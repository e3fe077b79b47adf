package bifrost.admin.install;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets old versions go. Each leaves on a thread of its own, because uninstalling a bundle blocks
 * until the core has drained its services.
 *
 * <p>Bundles are named by their id: nothing here keeps an old class loader alive. The threads are
 * platform threads, because the framework blocks in monitors.
 */
final class Retirements {
  private static final Logger LOG = LoggerFactory.getLogger(Retirements.class);

  private final BundleContext framework;
  private final AtomicInteger running = new AtomicInteger();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(
          Thread.ofPlatform().daemon().name("plugin-retire-", 1).factory());

  /**
   * @param framework the context of the system bundle
   */
  Retirements(BundleContext framework) {
    this.framework = framework;
  }

  /**
   * Uninstalls a bundle in the background. After {@link #await} it does nothing: the next installer
   * finds what was left.
   *
   * @param file the plugin's file name
   * @param bundleId the old version
   */
  void retire(String file, long bundleId) {
    running.incrementAndGet();
    try {
      threads.execute(
          () -> {
            try {
              uninstall(file, bundleId);
            } finally {
              running.decrementAndGet();
            }
          });
    } catch (RejectedExecutionException e) {
      running.decrementAndGet();
    }
  }

  /** Uninstalls a bundle and returns when it has gone; does nothing when it has gone already. */
  void uninstall(String file, long bundleId) {
    Bundle bundle = framework.getBundle(bundleId);
    if (bundle == null) {
      return;
    }
    try {
      bundle.uninstall();
    } catch (BundleException | IllegalStateException e) {
      LOG.warn("{}: bundle {} did not go: {}", file, bundleId, Reasons.of(e));
      return;
    }
    release(file, bundle);
  }

  /** Frees the classes of an uninstalled bundle, where no other bundle is using them. */
  private void release(String file, Bundle bundle) {
    FrameworkWiring wiring = framework.getBundle().adapt(FrameworkWiring.class);
    if (!wiring.getRemovalPendingBundles().contains(bundle)) {
      return;
    }
    List<Bundle> dependents =
        wiring.getDependencyClosure(List.of(bundle)).stream()
            .filter(other -> other.getBundleId() != bundle.getBundleId())
            .toList();
    if (dependents.isEmpty()) {
      wiring.refreshBundles(List.of(bundle));
    } else {
      LOG.info(
          "{}: still used in its old version by {}, until these are replaced or refreshed",
          file,
          dependents);
    }
  }

  /** Takes no more bundles, and waits for those that still drain, no longer than the limit. */
  void await(Duration limit) {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("{} old plugins have not ended within {} ms", running, limit.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether no bundle is leaving. */
  boolean isIdle() {
    return running.get() == 0;
  }
}
