package bifrost.api.status;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What this node says of itself.
 *
 * <p>Implemented by the core as a service; read by the shell and the management API. Safe for any
 * thread; each answer is a picture of the moment.
 */
@ProviderType
public interface NodeStatus {
  /** Who this node is and how it booted. */
  Boot boot();

  /** Whether it takes traffic, and if not, what is missing. */
  Readiness readiness();

  /** The providers that are configured or installed. */
  List<ProviderState> providers();

  /** The configuration that the node keeps on its own disk, to start while every store is dark. */
  default LocalCopy localCopy() {
    return LocalCopy.NONE;
  }

  /**
   * Who a node is and how it booted.
   *
   * @param nodeId its id
   * @param epoch how often it was started
   * @param version the product's version
   * @param source where the snapshot came from
   * @param rows how many rows were read
   * @param bootTime how long the boot took
   * @param uptime since when it runs
   * @param listening where it listens, as a URL; empty while it does not
   */
  record Boot(
      String nodeId,
      long epoch,
      String version,
      String source,
      long rows,
      Duration bootTime,
      Duration uptime,
      Optional<String> listening) {}

  /**
   * Whether a node takes traffic.
   *
   * @param ready whether it does
   * @param missing what keeps it from it, one line each
   */
  record Readiness(boolean ready, List<String> missing) {
    /** Copies the list. */
    public Readiness {
      missing = List.copyOf(missing);
    }
  }

  /**
   * A provider as the core sees it.
   *
   * @param name its configured name
   * @param adapter the service that serves it; empty while none does
   * @param bundle that service's bundle and version; empty while there is none
   * @param keys how many keys it has
   * @param running how many calls are running
   * @param draining how many calls end on versions that were taken out
   */
  record ProviderState(
      String name, String adapter, String bundle, int keys, long running, long draining) {}

  /**
   * The configuration on the node's own disk.
   *
   * @param age for how long it has not been up to date; empty while there is none
   * @param bytes its size
   * @param booted whether the node has started from it, because no store could be read
   * @param caughtUp whether a store has been read since, or at the start
   */
  record LocalCopy(Optional<Duration> age, long bytes, boolean booted, boolean caughtUp) {
    /** There is none. */
    public static final LocalCopy NONE = new LocalCopy(Optional.empty(), 0, false, true);

    /** Refuses {@code null}. */
    public LocalCopy {
      Objects.requireNonNull(age, "age is null");
    }
  }
}
