package bifrost.sync.diagnosis.rules;

import static bifrost.sync.diagnosis.rules.Scene.CLOSED;
import static bifrost.sync.diagnosis.rules.Scene.OPEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import bifrost.api.cluster.Finding.Severity;
import bifrost.api.cluster.MemberState;
import bifrost.api.cluster.MemberSync;
import bifrost.api.cluster.PeerDiscovery.Scope;
import bifrost.sync.diagnosis.rules.Observation.ClockOffset;
import bifrost.sync.diagnosis.rules.Reachability.Heard;
import bifrost.sync.diagnosis.rules.Reachability.Result;
import bifrost.sync.diagnosis.rules.Reachability.Seen;
import bifrost.sync.membership.MeshInspection.NameConflict;
import bifrost.sync.membership.wire.DropReason;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each fault alone, and nothing else named beside it. */
class RulesTest {
  @Test
  void aHealthyClusterHasNoSymptom() {
    assertEquals(List.of(), Scene.healthy().examine());
  }

  @Test
  void staticPeersThatMakeTheClusterWholeNeedNoDiscovery() {
    Scene scene = Scene.healthy();
    scene.discoveries.clear();
    scene.type = "";
    scene.peers.add(Candidate.of("54.0.0.1", 10101));
    assertEquals(List.of(), scene.examine());
  }

  @Test
  void discoveryThatIsOffIsNamedWhenTheClusterIsNotWhole() {
    Scene scene = Scene.healthy().without("us");
    scene.discoveries.clear();
    scene.type = "";
    Symptom off = only(scene, Fault.DISCOVERY_OFF, Fault.REGION_MISSING);
    assertTrue(off.evidence().contains("missing regions: [us]"), off.evidence());
    assertTrue(
        find(scene, Fault.REGION_MISSING).cause().contains("discovery is off"), scene.toString());
  }

  @Test
  void aMethodThatNoBundleOffersIsNamed() {
    Scene scene = Scene.healthy().alone();
    scene.expected = List.of();
    scene.discoveries.clear();
    Symptom missing = only(scene, Fault.DISCOVERY_MISSING);
    assertTrue(missing.fix().contains("bifrost.discovery.etcd"), missing.fix());
  }

  @Test
  void aRegionalMethodWithSeveralExpectedRegionsIsNamed() {
    Scene scene = Scene.healthy().without("us");
    scene.discoveries.clear();
    scene.found("mdns", Scope.REGION, "52.0.0.2");
    Symptom scope = only(scene, Fault.DISCOVERY_SCOPE, Fault.REGION_MISSING);
    assertEquals("mdns", scope.subject());
    assertTrue(find(scene, Fault.REGION_MISSING).cause().contains("cannot see beyond this region"));
  }

  @Test
  void aRegionalMethodIsFineWhenPeersBridgeTheRegions() {
    Scene scene = Scene.healthy();
    scene.discoveries.clear();
    scene.found("mdns", Scope.REGION, "52.0.0.2");
    scene.peers.add(Candidate.of("54.0.0.1", 10101));
    assertEquals(List.of(), scene.examine());
  }

  @Test
  void aBackendThatDoesNotAnswerIsNamed() {
    DiscoveryFailure refused =
        new DiscoveryFailure(Reason.UNREACHABLE, "http://etcd-1:2379: connection refused");
    Symptom dark = only(Scene.healthy().fails("etcd", refused, true), Fault.DISCOVERY_UNREACHABLE);
    assertEquals(Severity.WARNING, dark.severity());
    assertTrue(dark.evidence().contains("connection refused"));
    Scene never = Scene.healthy().fails("etcd", refused, false);
    assertEquals(Severity.ERROR, only(never, Fault.DISCOVERY_UNREACHABLE).severity());
  }

  @ParameterizedTest
  @CsvSource({
    "MISCONFIGURED, DISCOVERY_UNUSABLE, configuration",
    "UNAUTHORISED, DISCOVERY_UNAUTHORISED, refuses",
    "UNTRUSTED, DISCOVERY_UNREACHABLE, TLS",
    "INVALID_ANSWER, DISCOVERY_UNUSABLE, not with what is looked for",
    "UNAVAILABLE, DISCOVERY_UNREACHABLE, cannot serve",
    "UNREACHABLE, DISCOVERY_UNREACHABLE, does not answer"
  })
  void theReasonOfADiscoveryDecidesWhatItIsCalled(Reason reason, Fault fault, String cause) {
    DiscoveryFailure failure = new DiscoveryFailure(reason, "what the backend said");
    Symptom symptom = only(Scene.healthy().fails("etcd", failure, true), fault);
    assertTrue(symptom.cause().contains(cause), symptom.cause());
    assertTrue(symptom.evidence().contains("what the backend said"), symptom.evidence());
  }

  @Test
  void discoveryThatFindsNobodyIsNamed() {
    Scene scene = Scene.healthy().alone().found("etcd", Scope.GLOBAL, "52.0.0.1");
    scene.expected = List.of();
    only(scene, Fault.NO_PEERS);
  }

  @Test
  void anotherServiceNameInTheBackendIsNamedInsteadOfNobody() {
    Scene scene = Scene.healthy().alone().foundOnly(Set.of("bifrost-eu", "bifost"), 0, 0);
    scene.expected = List.of();
    Symptom name = only(scene, Fault.SERVICE_NAME);
    assertEquals("other service names: bifost; bifrost-eu", name.evidence());
  }

  @Test
  void entriesThatAreNotUsedAreNamed() {
    Scene scene = Scene.healthy().foundOnly(Set.of(), 3, 1);
    assertTrue(only(scene, Fault.DISCOVERY_ENTRIES).evidence().startsWith("3 outside"));
  }

  @Test
  void membersWithAnotherServiceNameAreNamed() {
    Scene scene = Scene.healthy();
    scene.services.put("us-2", Map.of("etcd", "bifrost-us"));
    Symptom differs = only(scene, Fault.SERVICE_NAME);
    assertTrue(differs.evidence().contains("us-2 uses 'bifrost-us'"), differs.evidence());
  }

  @Test
  void aConfiguredPeerThatIsNotThereIsNamed() {
    Scene scene = Scene.healthy().unreached("54.0.0.9", "54.0.0.9:10101: refused", false);
    Symptom peer = only(scene, Fault.PEER_UNREACHABLE);
    assertEquals("54.0.0.9:10101", peer.subject());
    assertEquals(Severity.WARNING, peer.severity());
  }

  @Test
  void aPeerThatIsAwayForAMomentIsNoAlarm() {
    Scene scene = Scene.healthy();
    scene.unreached("54.0.0.9", "54.0.0.9:10101: refused", false, Scene.NOW.minusSeconds(39));
    assertEquals(List.of(), scene.examine());
  }

  @Test
  void entriesOfDeadPodsInDnsAreNamed() {
    Scene scene = Scene.healthy();
    scene.discoveries.clear();
    scene.type = "dns";
    scene.services.clear();
    scene.found("dns", Scope.GLOBAL, "52.0.0.1", "52.0.0.2", "54.0.0.8", "54.0.0.9");
    scene.member("us-8", "us", "54.0.0.8", MemberState.DEAD);
    scene.unreached("54.0.0.8", "54.0.0.8:10101: timed out", false);
    scene.unreached("54.0.0.9", "54.0.0.9:10101: timed out", false);
    Symptom dead = only(scene, Fault.DNS_DEAD_ENTRIES);
    assertTrue(dead.cause().contains("2 addresses"), dead.cause());
    assertTrue(dead.evidence().contains("us-8 is dead since"), dead.evidence());
  }

  @Test
  void anotherKeyIsNamedFromEitherSide() {
    String silent = "54.0.0.9:10101: closed the stream without an answer";
    Symptom joining = only(Scene.healthy().unreached("54.0.0.9", silent, true), Fault.GOSSIP_KEY);
    assertEquals("54.0.0.9:10101", joining.subject());
    Symptom heard =
        only(Scene.healthy().stranger("54.0.0.9", DropReason.UNDECRYPTABLE, 5), Fault.GOSSIP_KEY);
    assertTrue(heard.cause().contains("another gossip key"), heard.cause());
    Symptom none =
        only(Scene.healthy().stranger("54.0.0.9", DropReason.UNENCRYPTED, 5), Fault.GOSSIP_KEY);
    assertTrue(none.cause().contains("has no gossip key"), none.cause());
    Scene both = Scene.healthy().unreached("54.0.0.9", silent, true);
    both.stranger("54.0.0.9", DropReason.UNENCRYPTED, 5);
    assertTrue(only(both, Fault.GOSSIP_KEY).cause().contains("has no gossip key"));
  }

  @Test
  void aStrayPacketIsNoAlarm() {
    Scene scene = Scene.healthy().stranger("54.0.0.9", DropReason.UNDECRYPTABLE, 2);
    assertEquals(List.of(), scene.examine());
  }

  @Test
  void anotherLabelIsNamed() {
    only(Scene.healthy().stranger("54.0.0.9", DropReason.LABEL, 5), Fault.LABEL);
  }

  @Test
  void aMissingRegionIsNamedWithItsCause() {
    Scene nobody = Scene.healthy().without("us").found("etcd", Scope.GLOBAL, "52.0.0.2");
    assertTrue(only(nobody, Fault.REGION_MISSING).cause().contains("finds no node there"));
    Scene dead = Scene.healthy().without("us");
    dead.member("us-1", "us", "54.0.0.1", MemberState.DEAD);
    assertTrue(only(dead, Fault.REGION_MISSING).cause().contains("all its known nodes are gone"));
    Scene found = Scene.healthy().without("us");
    found.found("etcd", new Candidate("54.0.0.1", 10101, Optional.of("us-1"), Optional.of("us")));
    assertTrue(only(found, Fault.REGION_MISSING).cause().contains("none could be joined"));
  }

  @Test
  void aMisspeltRegionIsNamed() {
    Scene scene = Scene.healthy().member("us-2", "us-east", "54.0.0.2");
    Symptom region = only(scene, Fault.REGION_UNEXPECTED);
    assertTrue(region.evidence().contains("us-2"), region.evidence());
  }

  @Test
  void aLoopbackAddressThatIsToldToOthersIsNamed() {
    Scene own = Scene.healthy();
    own.advertised = "127.0.0.1";
    assertEquals("eu-1", only(own, Fault.ADVERTISE_ADDRESS).subject());
    Scene other = Scene.healthy().member("us-1", "us", "127.0.0.1");
    assertEquals("us-1", only(other, Fault.ADVERTISE_ADDRESS).subject());
  }

  @Test
  void aPrivateAddressThatAnotherRegionCannotReachIsNamedInsteadOfItsPorts() {
    Scene scene = Scene.healthy().member("us-1", "us", "10.1.0.1");
    Seen dark = new Seen(CLOSED, CLOSED, CLOSED, Heard.NO);
    scene.sees("eu-1", "us-1", dark).sees("eu-2", "us-1", dark);
    scene.sees("us-1", "eu-1", new Seen(OPEN, CLOSED, OPEN, Heard.NO));
    assertEquals("us-1", only(scene, Fault.ADVERTISE_ADDRESS).subject());
    Scene own = Scene.healthy();
    own.advertised = "10.0.0.1";
    own.sees("us-1", "eu-1", dark).sees("us-2", "eu-1", dark);
    Seen deaf = new Seen(OPEN, OPEN, OPEN, Heard.NO);
    own.sees("eu-1", "us-1", deaf).sees("eu-1", "us-2", deaf);
    assertEquals("eu-1", only(own, Fault.ADVERTISE_ADDRESS).subject());
  }

  @Test
  void privateAddressesOverAJoinedNetworkAreFine() {
    Scene scene = Scene.healthy().member("us-1", "us", "10.1.0.1");
    assertEquals(List.of(), scene.examine());
  }

  @Test
  void twoNodesWithOneIdAreNamed() {
    Scene scene = Scene.healthy();
    scene.conflicts.add(conflict("54.0.0.1", "54.0.0.7", Duration.ofMinutes(1)));
    assertEquals("us-1", only(scene, Fault.DUPLICATE_NODE_ID).subject());
  }

  @Test
  void aNodeThatDiedAndCameBackElsewhereIsNoDuplicate() {
    Scene scene = Scene.healthy();
    scene.conflicts.add(conflict("54.0.0.7", "54.0.0.1", Duration.ofMinutes(1)));
    assertEquals(List.of(), scene.examine(), "it is no longer at its old address");
    scene.conflicts.set(0, conflict("54.0.0.1", "54.0.0.7", Duration.ofSeconds(15)));
    assertEquals(List.of(), scene.examine(), "its old life was told until its death was noticed");
  }

  private static NameConflict conflict(String known, String other, Duration length) {
    Instant last = Scene.NOW.minusSeconds(5);
    return new NameConflict("us-1", Scene.at(known), Scene.at(other), 9, last.minus(length), last);
  }

  @Test
  void tcpThatIsClosedOneWayIsNamedWithItsDirection() {
    Scene scene = Scene.healthy();
    scene.sees("eu-1", "us-1", new Seen(CLOSED, OPEN, OPEN, Heard.YES));
    Symptom port = only(scene, Fault.PORT_ONE_WAY);
    assertEquals("gossip TCP eu -> us", port.subject());
    assertTrue(port.cause().contains("TCP port 10101 is closed from eu-1 to us-1"), port.cause());
    assertEquals(Severity.WARNING, port.severity());
  }

  @Test
  void aWholeRegionIsOneFinding() {
    Scene scene = Scene.healthy();
    for (String from : List.of("eu-1", "eu-2")) {
      for (String to : List.of("us-1", "us-2")) {
        scene.sees(from, to, new Seen(CLOSED, OPEN, OPEN, Heard.YES));
      }
    }
    Symptom port = only(scene, Fault.PORT_ONE_WAY);
    assertTrue(port.cause().contains("from 2 nodes of region eu to region us"), port.cause());
  }

  @Test
  void aLostAnswerIsTheFaultOfTheWayBack() {
    // eu-1's packets arrive at us-1, and those of us-1 do not arrive at eu-1: pings fail both ways.
    Scene scene = Scene.healthy();
    scene.sees("eu-1", "us-1", new Seen(OPEN, CLOSED, OPEN, Heard.NO));
    scene.sees("us-1", "eu-1", new Seen(OPEN, CLOSED, OPEN, Heard.YES));
    Symptom port = only(scene, Fault.PORT_ONE_WAY);
    assertEquals("gossip UDP us -> eu", port.subject());
  }

  @Test
  void udpThatIsClosedBothWaysIsOneFinding() {
    Scene scene = Scene.healthy();
    scene.sees("eu-1", "us-1", new Seen(OPEN, CLOSED, OPEN, Heard.NO));
    scene.sees("us-1", "eu-1", new Seen(OPEN, CLOSED, OPEN, Heard.NO));
    Symptom port = only(scene, Fault.PORT_CLOSED);
    assertTrue(port.cause().contains("and in the other direction too"), port.cause());
  }

  @Test
  void oneFailedTestIsNoAlarm() {
    Scene scene = Scene.healthy();
    Result once = new Result(Outcome.CLOSED, 1);
    scene.sees("eu-1", "us-1", new Seen(once, once, once, Heard.YES));
    assertEquals(List.of(), scene.examine());
  }

  @Test
  void aClosedReplicationPortExplainsMissingSync() {
    Scene scene = Scene.healthy().sync("us-1", MemberSync.Path.NONE, "connect timed out", true);
    scene.sees("eu-1", "us-1", new Seen(OPEN, OPEN, CLOSED, Heard.YES));
    scene.sees("us-1", "eu-1", new Seen(OPEN, OPEN, CLOSED, Heard.YES));
    Symptom port = only(scene, Fault.PORT_CLOSED);
    assertEquals(Severity.ERROR, port.severity());
    assertTrue(port.cause().startsWith("replication TCP port 10102"), port.cause());
  }

  @Test
  void aClosedReplicationPortWeighsLessWhenWritesGoAroundIt() {
    Scene scene = Scene.healthy().sync("us-1", MemberSync.Path.RELAYED, "", false);
    scene.sees("eu-1", "us-1", new Seen(OPEN, OPEN, CLOSED, Heard.YES));
    scene.sees("us-1", "eu-1", new Seen(OPEN, OPEN, CLOSED, Heard.YES));
    assertEquals(Severity.WARNING, only(scene, Fault.PORT_CLOSED).severity());
  }

  @Test
  void differingTlsIsNamed() {
    Scene tested = Scene.healthy();
    Result mismatch = new Result(Outcome.TLS_MISMATCH, 2);
    tested.sees("eu-1", "us-1", new Seen(OPEN, OPEN, mismatch, Heard.YES));
    tested.sync("us-1", MemberSync.Path.NONE, "link closed", true);
    assertEquals("us-1", only(tested, Fault.TLS_MISMATCH).subject());
    Scene said =
        Scene.healthy().sync("us-1", MemberSync.Path.NONE, "its certificate has expired", true);
    assertTrue(only(said, Fault.TLS_MISMATCH).evidence().contains("expired"));
  }

  @Test
  void aMemberThatGossipsAndDoesNotSyncIsNamed() {
    Scene scene = Scene.healthy().sync("us-1", MemberSync.Path.NONE, "", true);
    assertEquals("us-1", only(scene, Fault.NOT_SYNCING).subject());
    Scene relayed = Scene.healthy().sync("us-1", MemberSync.Path.RELAYED, "", false);
    assertEquals(List.of(), relayed.examine());
  }

  @Test
  void aClockThatDiffersForCertainIsNamed() {
    Scene scene = Scene.healthy();
    scene.clocks.put("us-1", new ClockOffset(Duration.ofSeconds(-30), Duration.ofMillis(50)));
    Symptom skew = only(scene, Fault.CLOCK_SKEW);
    assertTrue(skew.cause().contains("us-1 is behind this node's by 30.0 s"), skew.cause());
    Scene slow = Scene.healthy();
    slow.clocks.put("us-1", new ClockOffset(Duration.ofSeconds(3), Duration.ofSeconds(2)));
    assertEquals(List.of(), slow.examine());
  }

  @Test
  void everyFaultHasAnIdOfItsOwn() {
    Set<String> ids = new HashSet<>();
    for (Fault fault : Fault.values()) {
      assertTrue(ids.add(fault.id()), fault.id());
      assertTrue(fault.id().matches("[a-z]+(-[a-z]+)*"), fault.id());
    }
  }

  private static Symptom only(Scene scene, Fault... faults) {
    List<Symptom> symptoms = scene.examine();
    assertEquals(
        List.of(faults).stream().sorted().toList(),
        symptoms.stream().map(Symptom::fault).sorted().toList(),
        symptoms.toString());
    return find(scene, faults[0]);
  }

  private static Symptom find(Scene scene, Fault fault) {
    return scene.examine().stream().filter(s -> s.fault() == fault).findFirst().orElseThrow();
  }
}
