package bifrost.admin.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.MemberInfo;
import bifrost.api.cluster.MemberState;
import bifrost.api.cluster.PeerDiscovery;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MembersCommandTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void theMembersAreShownWithStateAndWhatTheyLead() {
    ClusterView view =
        new ClusterView(
            "b",
            List.of(
                member("a", "eu", MemberState.ALIVE, 30),
                member("b", "us", MemberState.ALIVE, 300),
                member("c", "us", MemberState.DEAD, 8_000)),
            "a",
            Map.of("eu", "a", "us", "b"));
    DiscoveryState dns =
        new DiscoveryState(
            "dns",
            PeerDiscovery.Scope.GLOBAL,
            "bifrost",
            true,
            Set.of(Candidate.of("x", 1)),
            0,
            0,
            Set.of(),
            Optional.of(NOW),
            Optional.of(
                new DiscoveryFailure(
                    DiscoveryFailure.Reason.UNREACHABLE, "no answer from 10.0.0.2")));
    assertEquals(
        """
        member         region  state  for    address       leads
        a              eu      alive  30 s   10.0.0.1:101  cluster, region
        b (this node)  us      alive  5 min  10.0.0.1:101  region
        c              us      dead   2 h    10.0.0.1:101

        discovery  sees         candidates
        dns        all regions  1           fails: no answer from 10.0.0.2""",
        MembersCommand.describe(view, List.of(dns), NOW));
  }

  @Test
  void aNodeWithoutAClusterSaysSo() {
    assertTrue(new MembersCommand().members().contains("cluster_config"));
  }

  private static Member member(String id, String region, MemberState state, long seconds) {
    return new Member(
        id,
        new InetSocketAddress("10.0.0.1", 101),
        new MemberInfo(region, "", "", "", Set.of()),
        state,
        1,
        NOW.minusSeconds(seconds));
  }
}
