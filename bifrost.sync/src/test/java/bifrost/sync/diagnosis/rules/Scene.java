package bifrost.sync.diagnosis.rules;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.MemberInfo;
import bifrost.api.cluster.MemberState;
import bifrost.api.cluster.MemberSync;
import bifrost.api.cluster.PeerDiscovery.Scope;
import bifrost.sync.diagnosis.rules.Observation.ClockOffset;
import bifrost.sync.diagnosis.rules.Reachability.Heard;
import bifrost.sync.diagnosis.rules.Reachability.Result;
import bifrost.sync.diagnosis.rules.Reachability.Route;
import bifrost.sync.diagnosis.rules.Reachability.Seen;
import bifrost.sync.membership.MeshInspection.NameConflict;
import bifrost.sync.membership.MeshInspection.Stranger;
import bifrost.sync.membership.MeshInspection.Unreached;
import bifrost.sync.membership.wire.DropReason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A healthy cluster as {@code eu-1} sees it, region {@code eu} with {@code eu-1, eu-2} and region
 * {@code us} with {@code us-1, us-2}, found by etcd; tests spoil it.
 */
final class Scene {
  static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");
  static final Duration HOLD = Duration.ofSeconds(20);
  static final Result OPEN = new Result(Outcome.OPEN, 0);
  static final Result CLOSED = new Result(Outcome.CLOSED, 2);
  static final Seen WELL = new Seen(OPEN, OPEN, OPEN, Heard.YES);

  Instant at = NOW;
  String advertised = "52.0.0.1";
  List<String> expected = List.of("eu", "us");
  List<Candidate> peers = new ArrayList<>();
  String type = "etcd";
  final Map<String, Member> members = new HashMap<>();
  final List<DiscoveryState> discoveries = new ArrayList<>();
  final List<Unreached> unreached = new ArrayList<>();
  final List<Stranger> strangers = new ArrayList<>();
  final List<NameConflict> conflicts = new ArrayList<>();
  final Map<Route, Seen> ports = new HashMap<>();
  final Map<String, Map<String, String>> services = new HashMap<>();
  final Map<String, ClockOffset> clocks = new HashMap<>();
  final Map<String, MemberSync> sync = new HashMap<>();

  static Scene healthy() {
    Scene scene = new Scene();
    scene.member("eu-1", "eu", "52.0.0.1");
    scene.member("eu-2", "eu", "52.0.0.2");
    scene.member("us-1", "us", "54.0.0.1");
    scene.member("us-2", "us", "54.0.0.2");
    for (String from : scene.members.keySet()) {
      for (String to : scene.members.keySet()) {
        if (!from.equals(to)) {
          scene.ports.put(new Route(from, to), WELL);
        }
      }
      scene.services.put(from, Map.of("etcd", "bifrost"));
    }
    scene.found("etcd", Scope.GLOBAL, "52.0.0.1", "52.0.0.2", "54.0.0.1", "54.0.0.2");
    for (String peer : List.of("eu-2", "us-1", "us-2")) {
      scene.clocks.put(peer, new ClockOffset(Duration.ofMillis(3), Duration.ofMillis(50)));
      scene.sync(peer, MemberSync.Path.DIRECT, "", false);
    }
    return scene;
  }

  /** The same without anybody else: no members, nothing tested. */
  Scene alone() {
    members.keySet().removeIf(id -> !id.equals("eu-1"));
    ports.clear();
    services.keySet().removeIf(id -> !id.equals("eu-1"));
    clocks.clear();
    sync.clear();
    return this;
  }

  Scene without(String region) {
    members.values().removeIf(member -> member.region().equals(region));
    return this;
  }

  Scene member(String id, String region, String host) {
    return member(id, region, host, MemberState.ALIVE);
  }

  Scene member(String id, String region, String host, MemberState state) {
    members.put(
        id,
        new Member(
            id,
            at(host),
            new MemberInfo(region, host + ":8080", host + ":10102", "1", Set.of()),
            state,
            1,
            NOW.minusSeconds(300)));
    return this;
  }

  Scene sees(String from, String to, Seen seen) {
    ports.put(new Route(from, to), seen);
    return this;
  }

  Scene found(String method, Scope scope, String... hosts) {
    discoveries.removeIf(state -> state.method().equals(method));
    Set<Candidate> candidates = new java.util.HashSet<>();
    for (String host : hosts) {
      candidates.add(Candidate.of(host, 10101));
    }
    discoveries.add(state(method, scope, candidates, Optional.of(NOW), Optional.empty()));
    return this;
  }

  Scene found(String method, Candidate... candidates) {
    discoveries.clear();
    discoveries.add(
        state(method, Scope.GLOBAL, Set.of(candidates), Optional.of(NOW), Optional.empty()));
    return this;
  }

  /** The only method finds nobody, other names and entries that are not used. */
  Scene foundOnly(Set<String> others, int outside, int malformed) {
    discoveries.clear();
    discoveries.add(
        new DiscoveryState(
            "etcd",
            Scope.GLOBAL,
            "bifrost",
            true,
            Set.of(Candidate.of("52.0.0.1", 10101)),
            outside,
            malformed,
            others,
            Optional.of(NOW),
            Optional.empty()));
    return this;
  }

  Scene fails(String method, DiscoveryFailure failure, boolean everWorked) {
    discoveries.clear();
    Optional<Instant> last = everWorked ? Optional.of(NOW.minusSeconds(60)) : Optional.empty();
    discoveries.add(state(method, Scope.GLOBAL, Set.of(), last, Optional.of(failure)));
    return this;
  }

  Scene unreached(String host, String cause, boolean silent) {
    return unreached(host, cause, silent, NOW.minusSeconds(100));
  }

  Scene unreached(String host, String cause, boolean silent, Instant since) {
    unreached.add(new Unreached(at(host), cause, silent, since));
    return this;
  }

  Scene stranger(String host, DropReason reason, long count) {
    strangers.add(new Stranger(at(host).getAddress(), reason, count, NOW.minusSeconds(1)));
    return this;
  }

  Scene sync(String id, MemberSync.Path path, String failure, boolean silent) {
    sync.put(
        id,
        new MemberSync(
            id,
            path,
            Optional.empty(),
            Optional.of(failure).filter(cause -> !cause.isEmpty()),
            Set.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Duration.ofMillis(100)),
            0,
            silent));
    return this;
  }

  Observation observation() {
    List<Member> sorted =
        members.values().stream().sorted(java.util.Comparator.comparing(Member::id)).toList();
    return new Observation(
        at,
        new Observation.Local("eu-1", "eu", at(advertised), true, peers, expected, type, HOLD),
        discoveries,
        new ClusterView("eu-1", sorted, "eu-1", Map.of()),
        unreached,
        strangers,
        conflicts,
        new Reachability(ports),
        services,
        clocks,
        Optional.of(sync));
  }

  List<Symptom> examine() {
    return Rules.examine(observation());
  }

  static InetSocketAddress at(String host) {
    try {
      return new InetSocketAddress(InetAddress.getByName(host), 10101);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static DiscoveryState state(
      String method,
      Scope scope,
      Set<Candidate> candidates,
      Optional<Instant> lastFound,
      Optional<DiscoveryFailure> failure) {
    return new DiscoveryState(
        method, scope, "bifrost", true, candidates, 0, 0, Set.of(), lastFound, failure);
  }
}
