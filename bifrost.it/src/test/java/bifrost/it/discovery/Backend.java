package bifrost.it.discovery;

import bifrost.tck.dns.DnsServer;
import bifrost.tck.etcd.EtcdCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What pods of several regions find each other by, as a test owns it. */
public interface Backend extends Method {
  /** The ids of the nodes that it knows now. */
  Set<String> registered() throws IOException;

  /** Whether it forgets a pod that was killed, by itself. */
  boolean forgetsTheKilled();

  /** Whether it forgets a pod that is paused, by itself. */
  boolean forgetsThePaused();

  /** Lets it hang, or go on. */
  void hang(boolean now) throws IOException;

  /** Lets everything that it says come so much later. */
  void slow(Duration delay) throws IOException;

  /**
   * Lets it hold ten thousand more entries of the service: half of them are none, half are outside
   * of the allowed address space.
   */
  void lie() throws IOException;

  /** Takes the entries back. */
  void tellTheTruth() throws IOException;

  /** Those that join regions, as far as their servers are on this machine. */
  static List<Backend> global() throws IOException {
    List<Backend> backends = new ArrayList<>();
    if (EtcdCluster.isInstalled()) {
      backends.add(new EtcdBackend());
    }
    if (DnsServer.isInstalled()) {
      backends.add(new DnsBackend());
    }
    backends.add(new ConsulBackend());
    return backends;
  }
}
