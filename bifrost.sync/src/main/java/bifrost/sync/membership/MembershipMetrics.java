package bifrost.sync.membership;

import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.MemberState;
import bifrost.api.metrics.MetricSource.Sink;
import bifrost.sync.membership.protocol.Stats;
import bifrost.sync.membership.wire.DropReason;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** What membership shows at {@code /metrics}. */
final class MembershipMetrics {
  private static final int MAX_REGIONS = 32;
  private static final String PREFIX = "bifrost_membership_";

  private MembershipMetrics() {}

  static void members(Sink sink, ClusterView view) {
    TreeSet<String> regions = new TreeSet<>();
    Map<String, Integer> counts = new HashMap<>();
    for (Member member : view.members()) {
      String region = member.region();
      if (regions.size() < MAX_REGIONS || regions.contains(region)) {
        regions.add(region);
      } else {
        region = "other";
        regions.add(region);
      }
      counts.merge(region + " " + member.state(), 1, Integer::sum);
    }
    for (String region : regions) {
      for (MemberState state : MemberState.values()) {
        sink.gauge(
            PREFIX + "members",
            "Members by region and state.",
            Map.of("region", region, "state", state.name().toLowerCase(Locale.ROOT)),
            counts.getOrDefault(region + " " + state, 0));
      }
    }
    sink.gauge(
        PREFIX + "leader",
        "1 where this node leads the cluster.",
        Map.of(),
        view.isLeader() ? 1 : 0);
  }

  static void protocol(Sink sink, Stats stats, int awareness, int queued) {
    String probes = "Probes by how they were answered.";
    counter(sink, "probes_total", probes, "result", "direct", stats.probesDirect.sum());
    counter(sink, "probes_total", probes, "result", "indirect", stats.probesIndirect.sum());
    counter(sink, "probes_total", probes, "result", "tcp", stats.probesTcp.sum());
    counter(sink, "probes_total", probes, "result", "failed", stats.probesFailed.sum());
    counter(sink, "suspicions_total", "Suspicions that began.", stats.suspicions.sum());
    counter(
        sink,
        "refutations_total",
        "Claims about this node that it refuted.",
        stats.refutations.sum());
    counter(sink, "name_conflicts_total", "Claims of a name already taken.", stats.conflicts.sum());
    String packets = "UDP packets by direction.";
    counter(sink, "packets_total", packets, "direction", "in", stats.packetsIn.sum());
    counter(sink, "packets_total", packets, "direction", "out", stats.packetsOut.sum());
    String bytes = "Bytes in UDP packets by direction.";
    counter(sink, "packet_bytes_total", bytes, "direction", "in", stats.packetBytesIn.sum());
    counter(sink, "packet_bytes_total", bytes, "direction", "out", stats.packetBytesOut.sum());
    String streams = "TCP streams by direction.";
    counter(sink, "streams_total", streams, "direction", "in", stats.streamsIn.sum());
    counter(sink, "streams_total", streams, "direction", "out", stats.streamsOut.sum());
    counter(
        sink, "stream_bytes_out_total", "Bytes sent in TCP streams.", stats.streamBytesOut.sum());
    String syncs = "Exchanges of everything by result.";
    counter(sink, "syncs_total", syncs, "result", "ok", stats.synced.sum());
    counter(sink, "syncs_total", syncs, "result", "failed", stats.syncFailed.sum());
    for (DropReason reason : DropReason.values()) {
      counter(
          sink,
          "dropped_total",
          "What peers sent and was dropped, by reason.",
          "reason",
          reason.name().toLowerCase(Locale.ROOT),
          stats.dropped(reason));
    }
    sink.gauge(
        PREFIX + "awareness", "How unwell this node thinks it is; 0 is well.", Map.of(), awareness);
    sink.gauge(PREFIX + "queued", "News that waits to be spread.", Map.of(), queued);
  }

  static void messages(Sink sink, long dropped) {
    counter(sink, "messages_dropped_total", "Messages that no listener could take.", dropped);
  }

  static void discovery(Sink sink, List<DiscoveryState> states) {
    for (DiscoveryState state : states) {
      Map<String, String> method = Map.of("method", state.method());
      sink.gauge(
          "bifrost_discovery_candidates",
          "Candidates that a discovery method found.",
          method,
          state.candidates().size());
      sink.gauge(
          "bifrost_discovery_registered",
          "1 where others can find this node by the method.",
          method,
          state.registered() ? 1 : 0);
      sink.gauge(
          "bifrost_discovery_failing",
          "1 while the backend of the method cannot be used.",
          method,
          state.failure().isPresent() ? 1 : 0);
      sink.gauge(
          "bifrost_discovery_refused",
          "What the method found outside the allowed address space or could not read.",
          method,
          state.outside() + state.malformed());
    }
  }

  private static void counter(Sink sink, String name, String help, long value) {
    sink.counter(PREFIX + name, help, Map.of(), value);
  }

  private static void counter(
      Sink sink, String name, String help, String label, String labelValue, long value) {
    sink.counter(PREFIX + name, help, Map.of(label, labelValue), value);
  }
}
