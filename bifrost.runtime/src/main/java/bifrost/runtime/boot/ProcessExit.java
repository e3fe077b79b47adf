package bifrost.runtime.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a node that cannot do its work: bad configuration, a port that is taken, no way to boot.
 *
 * <p>The launcher of the framework knows one exit code for every stop, so the status is left in
 * {@code run/exit-status} of the data folder, where {@code bin/bifrost} reads it. Safe for any
 * thread, also for one that activates a component.
 */
public final class ProcessExit {
  /** The exit status of a node that did not start, or failed. */
  public static final int FAILED = 1;

  private static final Logger LOG = LoggerFactory.getLogger(ProcessExit.class);

  private final Bundle framework;
  private final Path statusFile;

  /** Finds the data folder in the framework property {@code bifrost.data}. */
  public ProcessExit(BundleContext context) {
    this.framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION);
    String data = context.getProperty("bifrost.data");
    this.statusFile = Path.of(data == null ? "data" : data, "run", "exit-status");
  }

  /**
   * Logs a reason and stops the framework, all bundles in order; returns at once.
   *
   * @param reason what failed and what to do about it, in one line
   */
  public void fail(String reason) {
    LOG.error("The node stops: {}", reason);
    try {
      Files.createDirectories(statusFile.getParent());
      Files.writeString(statusFile, FAILED + "\n");
    } catch (IOException e) {
      LOG.warn("The exit status could not be written to {}: {}", statusFile, e.toString());
    }
    try {
      framework.stop();
    } catch (BundleException e) {
      LOG.error("The framework does not stop", e);
    }
  }
}
