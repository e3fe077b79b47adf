package bifrost.sync.replication.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Member;
import bifrost.api.cluster.MemberChange;
import bifrost.api.cluster.MemberInfo;
import bifrost.sync.replication.broker.v1.BrokerWire.Node;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BrokerViewTest {
  private static final MemberInfo INFO = new MemberInfo("eu", "", "broker", "1", Set.of());

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final BrokerView view = new BrokerView("b", INFO, new TestClock());

  @Test
  void whoIsOnARosterIsAMemberAndTheSmallestIdLeads() {
    assertEquals(List.of("JOINED a", "JOINED c"), update(node("a", 1), node("b", 1), node("c", 1)));
    assertEquals(List.of("a", "b", "c"), present());
    assertEquals("a", view.view().leader());
    assertEquals(List.of(), update(node("a", 1), node("c", 1)));
    assertEquals(List.of("UPDATED a"), update(node("a", 2), node("c", 1)));
  }

  @Test
  void whoIsOnNoRosterIsGoneAfterTheGraceAndMayComeBack() {
    update(node("a", 1));
    assertEquals(List.of(), update());
    later(BrokerView.GRACE);
    assertEquals(List.of(), update());
    later(Duration.ofMillis(1));
    assertEquals(List.of("FAILED a"), update());
    assertEquals(List.of("b"), present());
    assertEquals(List.of("JOINED a"), update(node("a", 2)));
  }

  @Test
  void aNodeThatComesBackWithinTheGraceNeverLeft() {
    update(node("a", 1));
    update();
    later(BrokerView.GRACE.minusMillis(1));
    assertEquals(List.of(), update(node("a", 1)));
    later(Duration.ofSeconds(2));
    assertEquals(List.of(), update());
    assertEquals(List.of("a", "b"), present());
  }

  @Test
  void nobodyIsGoneWhileNoBrokerCanBeAsked() {
    update(node("a", 1));
    for (int i = 0; i < 100; i++) {
      later(Duration.ofMinutes(1));
      assertEquals(List.of(), names(view.update(List.of(), false, INFO)));
    }
    assertEquals(List.of("a", "b"), present());
    // the broker is back, and its nodes come back to it one after the other
    assertEquals(List.of(), update());
    later(BrokerView.GRACE.minusMillis(1));
    assertEquals(List.of(), update(node("a", 1)));
  }

  @Test
  void whoWasGoneForLongIsForgotten() {
    update(node("a", 1));
    update();
    later(Duration.ofSeconds(6));
    update();
    assertTrue(view.view().member("a").isPresent());
    later(Duration.ofMinutes(11));
    update();
    assertTrue(view.view().member("a").isEmpty());
  }

  private List<String> update(Node... nodes) {
    return names(view.update(List.of(nodes), true, INFO));
  }

  private static List<String> names(List<MemberChange> changes) {
    return changes.stream().map(each -> each.kind() + " " + each.member().id()).toList();
  }

  private List<String> present() {
    return view.view().present().stream().map(Member::id).toList();
  }

  private void later(Duration time) {
    now = now.plus(time);
  }

  private static Node node(String id, long epoch) {
    return Node.newBuilder().setId(id).setEpoch(epoch).setRegion("eu").build();
  }

  private final class TestClock extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
