package bifrost.sync.replication.engine;

import bifrost.api.cluster.MemberSync;
import bifrost.api.cluster.ReplicationState;
import bifrost.api.metrics.MetricSource.Sink;
import java.util.Map;

/** What replication shows at {@code /metrics}. */
final class EngineMetrics {
  /** Members beyond these have no metrics of their own. */
  private static final int MOST_MEMBERS = 128;

  private static final String PREFIX = "bifrost_replication_";

  private EngineMetrics() {}

  static void members(Sink sink, ReplicationState state) {
    for (MemberSync member : state.members().stream().limit(MOST_MEMBERS).toList()) {
      Map<String, String> labels = Map.of("member", member.node());
      member
          .lag()
          .ifPresent(
              lag ->
                  sink.gauge(
                      PREFIX + "lag_seconds",
                      "How long counts take to a member and their confirmation back.",
                      labels,
                      lag.toMillis() / 1_000.0));
      member
          .roundTrip()
          .ifPresent(
              round ->
                  sink.gauge(
                      PREFIX + "round_trip_seconds",
                      "How long a message takes to a linked member and back.",
                      labels,
                      round.toNanos() / 1e9));
      member
          .clockOffset()
          .ifPresent(
              offset ->
                  sink.gauge(
                      PREFIX + "clock_offset_seconds",
                      "How far a linked member's clock is ahead of this node's.",
                      labels,
                      offset.toMillis() / 1_000.0));
      sink.gauge(
          PREFIX + "changes_behind",
          "Changes of configuration that a member has not confirmed.",
          labels,
          member.changesBehind());
      sink.gauge(
          PREFIX + "silent",
          "1 for a member that gossips but does not synchronize.",
          labels,
          member.silent() ? 1 : 0);
    }
  }

  static void engine(Sink sink, EngineStats stats, Notes notes) {
    counter(sink, "links_opened_total", "Links that were opened.", stats.linksOpened);
    counter(sink, "greetings_refused_total", "Peers that were refused.", stats.linksRefused);
    counter(sink, "dials_failed_total", "Dials and links that failed.", stats.dialsFailed);
    counter(sink, "messages_sent_total", "Messages of state sent.", stats.messagesSent);
    counter(sink, "messages_received_total", "Messages received.", stats.messagesReceived);
    counter(sink, "slots_sent_total", "Values of counters sent.", stats.slotsSent);
    counter(sink, "slots_received_total", "Values of counters received.", stats.slotsReceived);
    counter(sink, "slots_new_total", "Values of counters that were new here.", stats.slotsNew);
    counter(sink, "changes_sent_total", "Changes of configuration sent.", stats.changesSent);
    counter(
        sink,
        "changes_received_total",
        "Changes of configuration received.",
        stats.changesReceived);
    counter(sink, "changes_new_total", "Changes of configuration that won here.", stats.changesNew);
    counter(sink, "comparisons_total", "Comparisons with a peer.", stats.comparisons);
    counter(
        sink,
        "repaired_slots_total",
        "Values of counters that only a comparison found.",
        stats.repairedSlots);
    counter(
        sink,
        "repaired_changes_total",
        "Changes of configuration that only a comparison found.",
        stats.repairedChanges);
    counter(
        sink, "conflicts_total", "Concurrent edits that were overruled.", notes.conflictCount());
    counter(
        sink,
        "changes_refused_total",
        "Changes of others that this node could not take.",
        notes.refusedCount());
  }

  private static void counter(Sink sink, String name, String help, long value) {
    sink.counter(PREFIX + name, help, Map.of(), value);
  }
}
