package bifrost.discovery.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.tck.discovery.RecordingObserver;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EtcdEntriesTest {
  @Test
  void moreNodesThanTheBoundAreCutOffAndToldOf() {
    EtcdEntries entries = new EtcdEntries(1);
    for (int i = 0; i < 10_000; i++) {
      entries.put("n" + i, ("{\"address\": \"10.0.0.1:" + (i + 1) + "\"}").getBytes());
    }
    RecordingObserver observer = new RecordingObserver();
    entries.report(observer, Optional.empty(), "/services/test/");
    assertEquals(EtcdEntries.MAX_NODES, observer.candidates().size());
    assertTrue(observer.failures().get(0).contains("more entries under /services/test/"));
    assertTrue(entries.agrees(10_000), "no new list each time");
  }
}
