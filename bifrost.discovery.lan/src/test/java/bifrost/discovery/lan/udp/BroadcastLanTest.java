package bifrost.discovery.lan.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.discovery.RecordingObserver;
import bifrost.tck.network.FreePorts;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets, on the broadcast address of loopback. */
@Timeout(60)
class BroadcastLanTest {
  private static final String LOOPBACK = "127.255.255.255";

  @Test
  void nodesOfOneHostShareThePortAndFindEachOther() throws Exception {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "only Linux broadcasts on loopback");
    UdpSettings settings =
        new UdpSettings(
            "bifrost",
            FreePorts.next(),
            LOOPBACK,
            Duration.ofMillis(300),
            new Signature(List.of()));
    RecordingObserver first = new RecordingObserver();
    RecordingObserver second = new RecordingObserver();
    PeerDiscovery.Session a = new UdpDiscovery(settings).open(node("a", 1), first);
    PeerDiscovery.Session b = new UdpDiscovery(settings).open(node("b", 2), second);
    try {
      first.await("b", o -> o.sees("10.0.0.2", 10101));
      second.await("a", o -> o.sees("10.0.0.1", 10101));
      b.close();
      first.await("b has left", o -> !o.sees("10.0.0.2", 10101));
      assertEquals(List.of(), first.failures());
    } finally {
      a.close();
      b.close();
    }
  }

  @Test
  void aPortThatSomebodyElseHoldsIsAFailureThatNamesIt() throws Exception {
    try (DatagramSocket held = new DatagramSocket(0, InetAddress.getByName("0.0.0.0"))) {
      held.setReuseAddress(false);
      IOException failed =
          assertThrows(
              IOException.class, () -> BroadcastLan.open(held.getLocalPort(), LOOPBACK).close());
      assertEquals(true, failed.getMessage().contains("UDP port " + held.getLocalPort()));
    }
  }

  private static Announcement node(String id, int number) {
    return new Announcement(id, "eu", "10.0.0." + number, 10101);
  }
}
