package bifrost.discovery.etcd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.discovery.RecordingObserver;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Alone, since it counts the threads of the process. */
@Timeout(120)
@Isolated
class EtcdThreadsTest {
  @Test
  void manyFailedAttemptsLeaveNoThreadsBehind() throws Exception {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    EtcdSettings settings =
        Settings.of("test", Duration.ofSeconds(2), "http://127.0.0.1:" + nobody);
    RecordingObserver a = new RecordingObserver();
    try (PeerDiscovery.Session session = new EtcdDiscovery(settings).open(Sessions.A, a)) {
      a.await("the first attempts fail", o -> o.failures().size() >= 2);
      int before = Thread.activeCount();
      a.await("more attempts fail", o -> o.failures().size() >= 5);
      assertTrue(Thread.activeCount() <= before + 4, () -> Thread.getAllStackTraces().toString());
    }
  }
}
