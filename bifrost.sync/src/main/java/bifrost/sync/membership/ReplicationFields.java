package bifrost.sync.membership;

import bifrost.api.cluster.MemberSync;
import bifrost.api.cluster.ReplicationState;
import bifrost.api.snapshot.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The exchange with the other members as it is shown in the status. */
final class ReplicationFields {
  private ReplicationFields() {}

  static Map<String, Object> of(ReplicationState state) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("topology", state.topology());
    fields.put("carries", state.carries());
    fields.put("silent", state.silent());
    fields.put("members", state.members().stream().map(ReplicationFields::of).toList());
    fields.put("conflicts", state.conflicts().stream().map(ReplicationFields::of).toList());
    fields.put("refused", state.refused().stream().map(ReplicationFields::of).toList());
    return fields;
  }

  private static Map<String, Object> of(MemberSync member) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("node_id", member.node());
    fields.put("path", member.path().name().toLowerCase(Locale.ROOT));
    member.remote().ifPresent(remote -> fields.put("remote", remote));
    member.failure().ifPresent(failure -> fields.put("failure", failure));
    fields.put("capabilities", List.copyOf(new TreeSet<>(member.capabilities())));
    millis(fields, "round_trip_ms", member.roundTrip());
    millis(fields, "clock_offset_ms", member.clockOffset());
    millis(fields, "lag_ms", member.lag());
    fields.put("changes_behind", member.changesBehind());
    fields.put("silent", member.silent());
    return fields;
  }

  private static void millis(Map<String, Object> fields, String name, Optional<Duration> time) {
    time.ifPresent(value -> fields.put(name, value.toMillis()));
  }

  private static Map<String, Object> of(ReplicationState.Conflict conflict) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("at", conflict.at().toString());
    fields.put("type", conflict.type().label());
    fields.put("id", conflict.id());
    fields.put("winner", of(conflict.winner()));
    fields.put("loser", of(conflict.loser()));
    return fields;
  }

  private static Map<String, Object> of(ReplicationState.RefusedChange change) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("at", change.at().toString());
    fields.put("from", change.from());
    fields.put("type", change.type());
    fields.put("id", change.id());
    fields.put("version", of(change.version()));
    fields.put("reason", change.reason());
    return fields;
  }

  private static Map<String, Object> of(Version version) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("node_id", version.node());
    fields.put("at", Instant.ofEpochMilli(version.millis()).toString());
    return fields;
  }
}
