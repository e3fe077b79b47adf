package bifrost.sync.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bifrost.api.cluster.Member;
import bifrost.api.cluster.MemberInfo;
import bifrost.api.cluster.MemberState;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeadersTest {
  @Test
  void theSmallestPresentIdLeadsTheClusterAndEachRegion() {
    List<Member> members =
        List.of(
            member("a", "eu", MemberState.DEAD),
            member("b", "eu", MemberState.LEFT),
            member("c", "us", MemberState.SUSPECT),
            member("d", "eu", MemberState.ALIVE),
            member("e", "us", MemberState.ALIVE));
    Leaders leaders = Leaders.of("e", members);
    assertEquals("c", leaders.cluster());
    assertEquals(Map.of("eu", "d", "us", "c"), leaders.regions());
  }

  @Test
  void aNodeAloneLeads() {
    assertEquals("z", Leaders.of("z", List.of(member("z", "eu", MemberState.ALIVE))).cluster());
  }

  private static Member member(String id, String region, MemberState state) {
    return new Member(
        id,
        new InetSocketAddress(1),
        new MemberInfo(region, "", "", "", Set.of()),
        state,
        1,
        Instant.EPOCH);
  }
}
