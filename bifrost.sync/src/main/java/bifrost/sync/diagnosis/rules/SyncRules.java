package bifrost.sync.diagnosis.rules;

import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.MemberState;
import bifrost.api.cluster.MemberSync;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Members that gossip and do not replicate. */
final class SyncRules {
  private static final Pattern TLS =
      Pattern.compile("(?i)\\b(tls|ssl|certificate|handshake|pkix)\\b");

  private SyncRules() {}

  static List<Symptom> examine(Observation observation, Set<String> misplaced) {
    List<Symptom> symptoms = new ArrayList<>();
    String self = observation.local().nodeId();
    for (Member member : observation.view().peers()) {
      if (member.state() != MemberState.ALIVE || misplaced.contains(member.id())) {
        continue;
      }
      Reachability.Result port = observation.ports().seen(self, member.id()).replication();
      if (port.outcome() == Outcome.TLS_MISMATCH && port.failed()) {
        symptoms.add(
            tls(
                member,
                "the port at %s answers, and speaks no TLS, or only one side does, or the"
                        .formatted(member.info().grpcAddress())
                    + " certificate does not lead to the ca"));
      } else if (!PortRules.explains(observation.ports(), self, member.id())) {
        stalled(observation.sync(), member).ifPresent(symptoms::add);
      }
    }
    return symptoms;
  }

  private static Symptom tls(Member member, String evidence) {
    return Symptom.of(
        Fault.TLS_MISMATCH,
        member.id(),
        "Replication with %s fails at TLS.".formatted(member.id()),
        evidence,
        "Set cluster_config.grpc.tls on every node or on none, with certificates that are signed by"
            + " the same ca, name the node and have not expired.");
  }

  private static Optional<Symptom> stalled(Optional<Map<String, MemberSync>> sync, Member member) {
    MemberSync state = sync.map(all -> all.get(member.id())).orElse(null);
    if (state == null || state.path() != MemberSync.Path.NONE && !state.silent()) {
      return Optional.empty();
    }
    String failure = state.failure().orElse("");
    if (TLS.matcher(failure).find()) {
      return Optional.of(tls(member, failure));
    }
    String evidence =
        "path %s; %s%d changes not confirmed; newest confirmed count %s"
            .formatted(
                state.path().name().toLowerCase(Locale.ROOT),
                failure.isEmpty() ? "" : failure + "; ",
                state.changesBehind(),
                state.lag().map(lag -> lag.toSeconds() + " s old").orElse("never"));
    return Optional.of(
        Symptom.of(
            Fault.NOT_SYNCING,
            member.id(),
            "%s gossips, and its counters and changes do not arrive here.".formatted(member.id()),
            evidence,
            "See the log of both nodes for replication; both need cluster_config.grpc and versions"
                + " that understand each other. Until then budgets and configuration differ"
                + " between them."));
  }
}
