package bifrost.sync.membership.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.sync.membership.Await;
import bifrost.tck.discovery.MemoryDiscovery;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiscoveryHubTest {
  private static final Announcement SELF = new Announcement("a", "eu", "10.0.0.1", 10_101);

  private final MemoryDiscovery.Registry registry = new MemoryDiscovery.Registry();
  private volatile Collection<InetSocketAddress> seeds = List.of();
  private final DiscoveryHub hub =
      new DiscoveryHub(
          SELF, List.of(Candidate.of("10.9.9.9", 1)), Clock.systemUTC(), found -> seeds = found);

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void configuredPeersStandBesideWhatIsFound() throws Exception {
    FakeDiscovery discovery = add(Map.of());
    discovery.observer.found(Set.of(Candidate.of("10.0.0.2", 2), Candidate.of("10.0.0.1", 10_101)));
    awaitSeeds("10.9.9.9:1", "10.0.0.2:2");
    discovery.observer.found(Set.of());
    awaitSeeds("10.9.9.9:1");
  }

  @Test
  void onlyTheAllowedAddressSpaceIsUsed() throws Exception {
    FakeDiscovery discovery =
        add(Map.of(PeerDiscovery.ALLOWED_ADDRESS_SPACE, new String[] {"10.0.0.0/23", "fd00::/8"}));
    discovery.observer.found(
        Set.of(
            Candidate.of("10.0.1.255", 1),
            Candidate.of("10.0.2.0", 2),
            Candidate.of("fd12::1", 3),
            Candidate.of("fe00::1", 4),
            Candidate.of("localhost", 5),
            Candidate.of("0.0.0.0", 6)));
    awaitSeeds("10.9.9.9:1", "10.0.1.255:1", "fd12:0:0:0:0:0:0:1:3");
    Await.until("a name elsewhere is counted too", () -> state().outside() == 4);
    assertEquals(3, state().candidates().size());
  }

  @Test
  void anAddressSpaceThatIsNoneAllowsNothing() {
    FakeDiscovery discovery =
        add(Map.of(PeerDiscovery.ALLOWED_ADDRESS_SPACE, new String[] {"10.0.0.0/33"}));
    assertFalse(discovery.isOpen());
    assertTrue(state().failure().orElseThrow().cause().contains("10.0.0.0/33"), state().toString());
  }

  @Test
  void anotherNodesLoopbackAddressIsNotTried() throws Exception {
    FakeDiscovery discovery = add(Map.of());
    discovery.observer.found(Set.of(Candidate.of("127.0.0.1", 1), Candidate.of("10.0.0.3", 3)));
    awaitSeeds("10.9.9.9:1", "10.0.0.3:3");
    assertEquals(2, state().candidates().size());
  }

  @Test
  void moreThanTheBoundIsCutOff() throws Exception {
    FakeDiscovery discovery = add(Map.of());
    Set<Candidate> many = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      many.add(Candidate.of("10.1." + i / 250 + "." + i % 250, 1));
    }
    discovery.observer.found(many);
    Await.until("4,096 are used", () -> seeds.size() == 4_097);
    assertEquals(4_096, state().candidates().size());
  }

  @Test
  void aDarkBackendTakesNothingAway() throws Exception {
    FakeDiscovery discovery = add(Map.of());
    discovery.observer.found(Set.of(Candidate.of("10.0.0.2", 2)));
    discovery.observer.failed("etcd\nis away");
    awaitSeeds("10.9.9.9:1", "10.0.0.2:2");
    assertEquals(
        Optional.of(new DiscoveryFailure(Reason.UNREACHABLE, "etcd is away")), state().failure());
    discovery.observer.found(Set.of(Candidate.of("10.0.0.2", 2)));
    assertTrue(state().failure().isEmpty());
  }

  @Test
  void anAnswerInPartIsTakenAndItsCauseShown() throws Exception {
    FakeDiscovery discovery = add(Map.of());
    DiscoveryFailure part = new DiscoveryFailure(Reason.UNAUTHORISED, "us: refuses");
    discovery.observer.foundInPart(Set.of(Candidate.of("10.0.0.2", 2)), part);
    awaitSeeds("10.9.9.9:1", "10.0.0.2:2");
    assertEquals(Optional.of(part), state().failure());
    discovery.observer.found(Set.of());
    assertTrue(state().failure().isEmpty());
  }

  @Test
  void aServiceThatCannotBeOpenedIsAFailure() {
    hub.add(
        new FakeDiscovery() {
          @Override
          public Session open(Announcement self, Observer watching) {
            throw new IllegalStateException("no network");
          }
        },
        Map.of());
    DiscoveryFailure failure = state().failure().orElseThrow();
    assertEquals(Reason.MISCONFIGURED, failure.reason());
    assertTrue(failure.cause().contains("no network"), failure.cause());
  }

  @Test
  void theOldServiceIsClosedOnceTheNewOneHasRegistered() throws Exception {
    FakeDiscovery old = add(Map.of());
    old.observer.registered();
    old.observer.found(Set.of(Candidate.of("10.0.0.2", 2)));
    FakeDiscovery next = add(Map.of());
    hub.remove(old, false);
    next.observer.found(Set.of(Candidate.of("10.0.0.3", 3)));
    awaitSeeds("10.9.9.9:1", "10.0.0.2:2", "10.0.0.3:3");
    assertFalse(old.closed);
    next.observer.registered();
    Await.until("the old one is closed", () -> old.closed);
    awaitSeeds("10.9.9.9:1", "10.0.0.3:3");
    assertFalse(next.closed);
  }

  @Test
  void aSuccessorThatComesAfterTheOldServiceWentIsAwaited() throws Exception {
    MemoryDiscovery old = new MemoryDiscovery(registry, "x");
    hub.add(old, Map.of());
    Await.until("registered", () -> registry.registered("x").contains("a"));
    hub.remove(old, false);
    assertEquals(Set.of("a"), registry.registered("x"));
    FakeDiscovery next = add(Map.of());
    assertEquals(Set.of("a"), registry.registered("x"));
    next.observer.registered();
    Await.until("the old one has left", () -> registry.registered("x").isEmpty());
  }

  @Test
  void aBundleThatStopsHasItsSessionClosedWhenTheCallReturns() {
    FakeDiscovery lone = add(Map.of());
    hub.remove(lone, true);
    assertTrue(lone.closed);
    FakeDiscovery old = add(Map.of());
    FakeDiscovery next = add(Map.of());
    Thread.ofVirtual().start(next.observer::registered);
    hub.remove(old, true);
    assertTrue(old.closed);
  }

  @Test
  void theEndClosesWhatRetiresToo() throws Exception {
    FakeDiscovery old = add(Map.of());
    FakeDiscovery next = add(Map.of());
    hub.remove(old, false);
    hub.close();
    Await.until("both are closed", () -> old.closed && next.closed);
    hub.add(old, Map.of());
    assertTrue(hub.states().isEmpty());
  }

  private DiscoveryState state() {
    return hub.states().get(0);
  }

  private FakeDiscovery add(Map<String, Object> properties) {
    FakeDiscovery discovery = new FakeDiscovery();
    hub.add(discovery, properties);
    return discovery;
  }

  private void awaitSeeds(String... addresses) throws InterruptedException {
    Set<String> wanted = Set.of(addresses);
    Await.until(
        "the seeds are " + wanted + " and not " + seeds,
        () ->
            seeds.stream()
                .map(seed -> seed.getAddress().getHostAddress() + ":" + seed.getPort())
                .collect(Collectors.toSet())
                .equals(wanted));
  }

  private static class FakeDiscovery implements PeerDiscovery {
    private Observer observer;
    private volatile boolean closed;

    boolean isOpen() {
      return observer != null;
    }

    @Override
    public String method() {
      return "fake";
    }

    @Override
    public Scope scope() {
      return Scope.GLOBAL;
    }

    @Override
    public Session open(Announcement self, Observer watching) {
      this.observer = watching;
      return () -> closed = true;
    }
  }
}
