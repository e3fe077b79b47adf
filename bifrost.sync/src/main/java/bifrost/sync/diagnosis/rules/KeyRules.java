package bifrost.sync.diagnosis.rules;

import bifrost.sync.membership.MeshInspection.NameConflict;
import bifrost.sync.membership.MeshInspection.Stranger;
import bifrost.sync.membership.MeshInspection.Unreached;
import bifrost.sync.membership.wire.DropReason;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Nodes that reach each other and do not understand each other: keys, labels, ids. */
final class KeyRules {
  private static final Duration RECENT = Duration.ofSeconds(90);
  private static final int ENOUGH = 3;

  /** In holding times. */
  private static final int DEATHS_ARE_NOTICED = 2;

  private KeyRules() {}

  static List<Symptom> examine(Observation observation) {
    List<Symptom> symptoms = new ArrayList<>();
    Set<InetAddress> told = new HashSet<>();
    for (Unreached peer : observation.unreached()) {
      if (peer.silent()) {
        told.add(peer.address().getAddress());
        symptoms.add(silent(observation, peer));
      }
    }
    for (Stranger stranger : observation.strangers()) {
      if (isLoud(observation, stranger) && told.add(stranger.source())) {
        symptoms.add(stranger(observation, stranger));
      }
    }
    for (NameConflict conflict : observation.conflicts()) {
      if (conflict.count() > 1
          && isRecent(observation, conflict.last())
          && isHeld(observation, conflict)
          && lasts(observation, conflict)) {
        symptoms.add(duplicate(conflict));
      }
    }
    return symptoms;
  }

  private static Symptom silent(Observation observation, Unreached peer) {
    String where = Addresses.text(peer.address());
    Optional<Stranger> heard =
        observation.strangers().stream()
            .filter(stranger -> stranger.source().equals(peer.address().getAddress()))
            .filter(stranger -> isRecent(observation, stranger.last()))
            .findFirst();
    if (heard.isPresent()) {
      return symptom(
          heard.get().reason(),
          where,
          "%s takes connections and hangs up; what it sends is dropped here: %s"
              .formatted(where, dropped(heard.get())));
    }
    return symptom(
        DropReason.UNDECRYPTABLE,
        where,
        "%s takes connections and hangs up without an answer, since %s"
            .formatted(where, Addresses.time(peer.since())));
  }

  private static Symptom stranger(Observation observation, Stranger stranger) {
    String where = stranger.source().getHostAddress();
    return symptom(
        stranger.reason(),
        where,
        "what %s sends is dropped here: %s".formatted(where, dropped(stranger)));
  }

  private static Symptom symptom(DropReason reason, String where, String evidence) {
    return switch (reason) {
      case LABEL ->
          Symptom.of(
              Fault.LABEL,
              where,
              "The node at %s belongs to a cluster with another label.".formatted(where),
              evidence,
              "Set the same cluster_config.gossip.label on every node of one cluster; if they are"
                  + " two clusters, take the address out of peers and discovery.");
      case UNENCRYPTED ->
          Symptom.of(
              Fault.GOSSIP_KEY,
              where,
              "The node at %s has no gossip key, and this node has one.".formatted(where),
              evidence,
              "Set the same cluster_config.gossip.secret_keys on every node.");
      default ->
          Symptom.of(
              Fault.GOSSIP_KEY,
              where,
              "The node at %s uses another gossip key than this node.".formatted(where),
              evidence,
              "Set the same cluster_config.gossip.secret_keys on every node; to change a key, add"
                  + " the new one to all nodes first. If keys agree, compare gossip.label.");
    };
  }

  private static String dropped(Stranger stranger) {
    String what =
        switch (stranger.reason()) {
          case LABEL -> "it carries another label";
          case UNENCRYPTED -> "it is not encrypted";
          default -> "no key of this node opens it";
        };
    return what + ", " + stranger.count() + " times";
  }

  private static Symptom duplicate(NameConflict conflict) {
    return Symptom.of(
        Fault.DUPLICATE_NODE_ID,
        conflict.nodeId(),
        "Two nodes use the id %s.".formatted(conflict.nodeId()),
        "it is known at %s and claimed at %s, %d times"
            .formatted(
                Addresses.text(conflict.known()),
                Addresses.text(conflict.other()),
                conflict.count()),
        "Give each node its own cluster_config.node_id; a copied data folder carries a generated"
            + " id along.");
  }

  /** A node that died and came back elsewhere claims its id until its old address is given up. */
  private static boolean isHeld(Observation observation, NameConflict conflict) {
    return observation.view().present().stream()
        .anyMatch(
            member ->
                member.id().equals(conflict.nodeId()) && member.address().equals(conflict.known()));
  }

  /** Claims of an older life of a node end when the others have noticed its death. */
  private static boolean lasts(Observation observation, NameConflict conflict) {
    Duration least = observation.local().hold().multipliedBy(DEATHS_ARE_NOTICED);
    return Duration.between(conflict.first(), conflict.last()).compareTo(least) >= 0;
  }

  private static boolean isLoud(Observation observation, Stranger stranger) {
    return stranger.count() >= ENOUGH && isRecent(observation, stranger.last());
  }

  private static boolean isRecent(Observation observation, java.time.Instant last) {
    return Duration.between(last, observation.at()).compareTo(RECENT) < 0;
  }
}
