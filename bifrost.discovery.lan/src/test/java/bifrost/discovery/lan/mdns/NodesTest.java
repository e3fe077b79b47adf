package bifrost.discovery.lan.mdns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodesTest {
  @Test
  void whatIsAdvertisedIsRead() {
    Nodes nodes = Nodes.of(List.of(instance("eu-1", "10.0.0.1", 1)));
    assertEquals(
        Set.of(new Candidate("10.0.0.1", 10101, Optional.of("eu-1"), Optional.of("eu"))),
        nodes.candidates());
    assertEquals(0, nodes.malformed());
  }

  @Test
  void theNewestSessionOfANodeHolds() {
    Nodes nodes =
        Nodes.of(
            List.of(
                instance("a", "10.0.0.1", 1),
                instance("a", "10.0.0.2", 3),
                instance("a", "10.0.0.3", 2)));
    assertEquals(1, nodes.candidates().size());
    assertEquals("10.0.0.2", nodes.candidates().iterator().next().host());
  }

  @Test
  void whatIsNoNodeIsLeftOutAndCounted() {
    Nodes nodes =
        Nodes.of(
            List.of(
                new Responder.Instance("printer", 631, Map.of("ty", "Printer")),
                new Responder.Instance("p", 0, instance("a", "10.0.0.1", 1).text())));
    assertEquals(Set.of(), nodes.candidates());
    assertEquals(2, nodes.malformed());
  }

  @Test
  void nodesAreBounded() {
    List<Responder.Instance> instances = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      instances.add(instance("n" + i, "10.1.%d.%d".formatted(i / 250, i % 250), 1));
    }
    assertEquals(4_096, Nodes.of(instances).candidates().size());
  }

  private static Responder.Instance instance(String id, String host, long session) {
    return Nodes.instance(new Announcement(id, "eu", host, 10101), session);
  }
}
