package bifrost.runtime.boot;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Who this node is and how it came to its configuration; registered as a service once the boot is
 * done.
 *
 * @param nodeId the node's id
 * @param epoch grows with each start; names the writer together with the node id
 * @param version the product's version
 * @param source where the configuration was read from, for people
 * @param rows how many rows were read
 * @param bootTime how long it took
 * @param localSince when what was read had last been up to date, where it came from the local disk;
 *     empty when it came from a store
 */
public record BootReport(
    String nodeId,
    long epoch,
    String version,
    String source,
    long rows,
    Duration bootTime,
    Optional<Instant> localSince) {
  /** Refuses {@code null}. */
  public BootReport {
    Objects.requireNonNull(nodeId, "nodeId is null");
    Objects.requireNonNull(version, "version is null");
    Objects.requireNonNull(source, "source is null");
    Objects.requireNonNull(bootTime, "bootTime is null");
    Objects.requireNonNull(localSince, "localSince is null");
  }

  /** Whether no store could be read. */
  public boolean dark() {
    return localSince.isPresent();
  }
}
