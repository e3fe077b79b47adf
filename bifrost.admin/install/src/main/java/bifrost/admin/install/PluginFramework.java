package bifrost.admin.install;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleRevision;

/** What the installer does with the framework. Safe for any thread. */
final class PluginFramework {
  /** Above the core and what it needs; see conf/config.properties. */
  private static final int START_LEVEL = 5;

  private final BundleContext framework;
  private final AtomicLong generation;

  /**
   * @param framework the context of the system bundle, so that plugins outlive a restart of the
   *     installer
   * @param newest the highest generation that is in use
   */
  PluginFramework(BundleContext framework, long newest) {
    this.framework = framework;
    this.generation = new AtomicLong(newest);
  }

  /** The bundle with an id, or {@code null}. */
  Bundle bundle(long bundleId) {
    return framework.getBundle(bundleId);
  }

  /** Installs a file beside whatever is there. */
  Bundle install(Path file, FileStamp stamp) throws IOException, BundleException {
    PluginJar.check(file);
    String location = new PluginLocation(file, generation.incrementAndGet(), stamp).toString();
    try (InputStream in = Files.newInputStream(file)) {
      return framework.installBundle(location, in);
    }
  }

  /**
   * Starts a bundle at once: at a level that the framework has reached, and so that a failure is
   * thrown here.
   */
  void start(Bundle bundle) throws BundleException {
    int reached = framework.getBundle().adapt(FrameworkStartLevel.class).getStartLevel();
    bundle.adapt(BundleStartLevel.class).setStartLevel(Math.clamp(reached, 1, START_LEVEL));
    bundle.start(Bundle.START_TRANSIENT);
  }

  static boolean isFragment(Bundle bundle) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    return revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
  }
}
