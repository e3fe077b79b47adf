package bifrost.discovery.lan.mdns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.discovery.RecordingObserver;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real multicast, on a network of this host. */
@Timeout(120)
class JmdnsResponderTest {
  @Test
  void nodesOfOneNetworkFindEachOtherAndSayWhenTheyLeave() throws Exception {
    assumeTrue(
        NetworkInterface.networkInterfaces().anyMatch(JmdnsResponderTest::hasMulticast),
        "no network of this host has multicast");
    String type = "_t" + UUID.randomUUID().toString().substring(0, 8) + "._tcp.local.";
    MdnsSettings settings = new MdnsSettings(type, "", Duration.ofMillis(100));
    RecordingObserver first = new RecordingObserver();
    RecordingObserver second = new RecordingObserver();
    PeerDiscovery.Session a = new MdnsDiscovery(settings).open(node("a", 1), first);
    PeerDiscovery.Session b = new MdnsDiscovery(settings).open(node("b", 2), second);
    try {
      first.await("b", o -> o.sees("10.0.0.2", 10101));
      second.await("a", o -> o.sees("10.0.0.1", 10101));
      assertEquals(List.of(), first.failures());
      b.close();
      first.await("b has left", o -> !o.sees("10.0.0.2", 10101));
    } finally {
      a.close();
      b.close();
    }
  }

  private static boolean hasMulticast(NetworkInterface network) {
    try {
      return network.isUp()
          && !network.isLoopback()
          && network.supportsMulticast()
          && network.inetAddresses().findAny().isPresent();
    } catch (java.net.SocketException e) {
      return false;
    }
  }

  private static Announcement node(String id, int number) {
    return new Announcement(id, "eu", "10.0.0." + number, 10101);
  }
}
