package bifrost.admin.shell;

import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.Membership;
import bifrost.api.cluster.PeerDiscovery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The command {@code bifrost:members}. */
@Component(service = MembersCommand.class)
@GogoCommand(scope = "bifrost", function = "members")
public class MembersCommand {
  @Reference(
      name = "membership",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC)
  private volatile Membership membership;

  /** The members of the cluster. */
  @Descriptor("the members of the cluster as this node sees them, and what discovery finds")
  public String members() {
    Membership current = membership;
    return current == null
        ? "This node is in no cluster: cluster_config is not enabled, or bifrost.sync did not start;"
            + " bifrost:why says what it lacks."
        : describe(current.view(), current.discoveries(), Instant.now());
  }

  static String describe(ClusterView view, List<DiscoveryState> discoveries, Instant now) {
    Table members = new Table().row("member", "region", "state", "for", "address", "leads");
    for (Member member : view.members()) {
      members.row(
          member.id() + (member.id().equals(view.localId()) ? " (this node)" : ""),
          member.region(),
          member.state().name().toLowerCase(Locale.ROOT),
          words(Duration.between(member.since(), now)),
          member.address().getAddress().getHostAddress() + ":" + member.address().getPort(),
          leads(view, member));
    }
    if (discoveries.isEmpty()) {
      return members.toString();
    }
    Table found = new Table().row("discovery", "sees", "candidates", "");
    for (DiscoveryState state : discoveries) {
      found.row(
          state.method(),
          state.scope() == PeerDiscovery.Scope.GLOBAL ? "all regions" : "its region",
          state.candidates().size(),
          state.failure().map(failure -> "fails: " + failure.cause()).orElse(""));
    }
    return members + "\n\n" + found;
  }

  private static String leads(ClusterView view, Member member) {
    String region = member.id().equals(view.regionLeaders().get(member.region())) ? "region" : "";
    return member.id().equals(view.leader()) ? "cluster, region" : region;
  }

  private static String words(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    return seconds < 7_200 ? seconds / 60 + " min" : seconds / 3_600 + " h";
  }
}
