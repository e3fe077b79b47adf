package bifrost.tck.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import bifrost.api.cluster.PeerDiscovery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link PeerDiscovery} must do, with a backend that the test owns. Nodes have addresses
 * of 10.0.0.0/8 by default; nobody is contacted there.
 *
 * <p>A method whose backend is kept by others (DNS, Kubernetes) has not {@link
 * Capability#REGISTERS}; then {@link #publish} and {@link #withdraw} do what those others do.
 */
@Timeout(120)
public abstract class PeerDiscoveryKit {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(15);

  private final List<Opened> opened = new ArrayList<>();

  /** What a method can do. */
  public enum Capability {
    /** It registers this node itself. */
    REGISTERS,
    /** Its candidates have the node's id. */
    TELLS_IDS,
    /** Its candidates have the region. */
    TELLS_REGIONS,
    /** It sees clusters of other names in its backend. */
    SEES_OTHERS,
    /** Its backend can be made to hold entries that are none. */
    TAKES_GARBAGE,
    /** Its backend can refuse a node: its credentials, its rights or its address. */
    CAN_REFUSE
  }

  /** A session with what it was opened with. */
  protected record Opened(
      Announcement self,
      String serviceName,
      RecordingObserver observer,
      PeerDiscovery.Session session) {}

  /** What the method can do. */
  protected abstract Set<Capability> capabilities();

  /**
   * A service that is not opened, for a backend that has been started, with this service name, and
   * with the shortest lease, poll and pause that the method allows.
   */
  protected abstract PeerDiscovery newDiscovery(String serviceName) throws Exception;

  /** Makes the backend unreachable, so that requests stay without an answer or are refused. */
  protected abstract void darken() throws Exception;

  /** Makes the backend reachable again, with what it held before. */
  protected abstract void light() throws Exception;

  /** After which time the backend forgets a node that is gone without a word; empty for never. */
  protected abstract Optional<Duration> forgets();

  /** What must never be told in the cause of a failure. */
  protected List<String> secrets() {
    return List.of();
  }

  /** Writes entries of that service which are none, several kinds of them. */
  protected void addGarbage(String serviceName) throws Exception {
    throw new UnsupportedOperationException("TAKES_GARBAGE needs addGarbage");
  }

  /** A service that the backend, which has been started, refuses, and which is not opened. */
  protected PeerDiscovery newRefused(String serviceName) throws Exception {
    throw new UnsupportedOperationException("CAN_REFUSE needs newRefused");
  }

  /** Puts a node into a backend that is kept by others. */
  protected void publish(String serviceName, Announcement node) throws Exception {
    throw new UnsupportedOperationException("without REGISTERS publish is needed");
  }

  /** Takes a node out of a backend that is kept by others. */
  protected void withdraw(String serviceName, Announcement node) throws Exception {
    throw new UnsupportedOperationException("without REGISTERS withdraw is needed");
  }

  /** An announcement of a node that has not been used before. */
  protected Announcement node(String id, int number) {
    return new Announcement(id, "region-" + number % 2, "10.0.0." + number, 10_101);
  }

  @AfterEach
  final void closeSessions() {
    opened.forEach(each -> each.session().close());
  }

  @Test
  @DisplayName("D1 a node is registered, and finds itself")
  void d1Registers() throws Exception {
    Opened a = open("d1", node("a", 1));
    a.observer().await("D1 registered is told", o -> o.registrations() > 0);
    awaitSees(a, a.self());
    assertEquals(List.of(), a.observer().failures());
  }

  @Test
  @DisplayName("D2 nodes find each other, with id and region where the method tells them")
  void d2FindEachOther() throws Exception {
    Opened a = open("d2", node("a", 1));
    awaitSees(a, a.self());
    Opened b = open("d2", node("b", 2));
    awaitSees(a, b.self());
    awaitSees(b, a.self());
    Candidate found =
        a.observer().candidates().stream()
            .filter(candidate -> candidate.host().equals(b.self().host()))
            .findFirst()
            .orElseThrow();
    if (can(Capability.TELLS_IDS)) {
      assertEquals(Optional.of("b"), found.nodeId());
    }
    if (can(Capability.TELLS_REGIONS)) {
      assertEquals(Optional.of(b.self().region()), found.region());
    }
    assertEquals(2, a.observer().candidates().size());
  }

  @Test
  @DisplayName("D3 a registration is renewed: it outlives what it was granted for")
  void d3Renews() throws Exception {
    assumeTrue(can(Capability.REGISTERS) && forgets().isPresent());
    Opened a = open("d3", node("a", 1));
    Opened b = open("d3", node("b", 2));
    awaitSees(a, b.self());
    letANodeBeForgotten(a);
    assertTrue(sees(a, b.self()), "D3 the registration of b is still there");
    Opened c = open("d3", node("c", 3));
    awaitSees(c, b.self());
  }

  @Test
  @DisplayName("D4 a node that closes is no longer found")
  void d4Deregisters() throws Exception {
    Opened a = open("d4", node("a", 1));
    Opened b = open("d4", node("b", 2));
    awaitSees(a, b.self());
    close(b);
    a.observer().await("D4 b is gone", o -> !sees(a, b.self()));
    assertTrue(sees(a, a.self()), "D4 a is still there");
  }

  @Test
  @DisplayName("D5 a dark backend is reported and removes nobody; all is well after it")
  void d5DarkBackend() throws Exception {
    Opened a = open("d5", node("a", 1));
    Opened b = open("d5", node("b", 2));
    awaitSees(a, b.self());
    int failuresBefore = a.observer().failures().size();
    darken();
    try {
      a.observer().await("D5 the outage is told", o -> o.failures().size() > failuresBefore);
      assertTrue(sees(a, b.self()), "D5 what was found stays");
    } finally {
      light();
    }
    Opened c = open("d5", node("c", 3));
    awaitSees(a, c.self());
    awaitSees(c, a.self());
    awaitSees(c, b.self());
  }

  @Test
  @DisplayName("D6 with a dark backend opening does not wait, and is made up for")
  void d6OpensInTheDark() throws Exception {
    darken();
    Opened a;
    try {
      a = open("d6", node("a", 1));
      a.observer().await("D6 the failure is told", o -> !o.failures().isEmpty());
      assertEquals(0, a.observer().registrations(), "D6 registered is not told in the dark");
    } finally {
      light();
    }
    awaitSees(a, a.self());
    a.observer().await("D6 registered is told", o -> o.registrations() > 0);
  }

  @Test
  @DisplayName("D7 closing ends within its limit, also when the backend is dark")
  void d7ClosesInTheDark() throws Exception {
    Opened a = open("d7", node("a", 1));
    awaitSees(a, a.self());
    darken();
    try {
      Thread closing = Thread.ofVirtual().start(a.session()::close);
      assertTrue(closing.join(CLOSE_LIMIT), "D7 close returns while the backend is dark");
    } finally {
      light();
    }
  }

  @Test
  @DisplayName("D8 a node that comes back at another address is found there, and only there")
  void d8AddressChange() throws Exception {
    Opened a = open("d8", node("a", 1));
    Opened old = open("d8", node("b", 2));
    awaitSees(a, old.self());
    close(old);
    Opened next = open("d8", node("b", 3));
    a.observer()
        .await(
            "D8 b is at its new address only", o -> sees(a, next.self()) && !sees(a, old.self()));
  }

  @Test
  @DisplayName("D9 entries that are none are left out and counted; the others are found")
  void d9Garbage() throws Exception {
    assumeTrue(can(Capability.TAKES_GARBAGE));
    addGarbage("d9");
    Opened a = open("d9", node("a", 1));
    Opened b = open("d9", node("b", 2));
    awaitSees(a, b.self());
    awaitSees(b, a.self());
    a.observer().await("D9 garbage is counted", o -> o.malformedEntries() > 0);
    addGarbage("d9");
    close(b);
    a.observer().await("D9 changes are still followed", o -> !sees(a, b.self()));
    assertEquals(1, a.observer().candidates().size(), "D9 garbage is no candidate");
  }

  @Test
  @DisplayName("D10 two services in one backend do not see each other's nodes")
  void d10TwoServices() throws Exception {
    Opened a = open("d10", node("a", 1));
    Opened other = open("d10-other", node("b", 2));
    Opened b = open("d10", node("c", 3));
    awaitSees(a, b.self());
    awaitSees(other, other.self());
    assertFalse(sees(a, other.self()), "D10 another service's node is no candidate");
    assertFalse(sees(other, a.self()), "D10 another service's node is no candidate");
    if (can(Capability.SEES_OTHERS)) {
      a.observer()
          .await("D10 the other cluster is told", o -> o.otherServices().contains("d10-other"));
      assertFalse(a.observer().otherServices().contains("d10"), "D10 the own one is no other");
    }
  }

  @Test
  @DisplayName("D11 what a new session of a node registered survives the old one's end")
  void d11MakeBeforeBreak() throws Exception {
    Opened watcher = open("d11", node("w", 9));
    Opened old = open("d11", node("a", 1));
    awaitSees(watcher, old.self());
    Opened next = open("d11", node("a", 1));
    next.observer().await("D11 the new session is registered", o -> o.registrations() > 0);
    old.session().close();
    if (forgets().isPresent() && can(Capability.REGISTERS)) {
      letANodeBeForgotten(watcher);
    }
    Opened late = open("d11", node("l", 8));
    awaitSees(late, next.self());
    assertTrue(sees(watcher, next.self()), "D11 the node is still registered");
  }

  @Test
  @DisplayName("D12 nothing is told after the end; closing twice does nothing; opening again works")
  void d12EndAndAgain() throws Exception {
    PeerDiscovery discovery = newDiscovery("d12");
    Opened a = open(discovery, "d12", node("a", 1));
    awaitSees(a, a.self());
    close(a);
    a.session().close();
    int answers = a.observer().answers();
    Opened again = open(discovery, "d12", node("a", 2));
    awaitSees(again, again.self());
    assertEquals(answers, a.observer().answers(), "D12 nothing is found after the end");
  }

  @Test
  @DisplayName("D13 a node that dies without a word is forgotten in the stated time")
  void d13Forgets() throws Exception {
    assumeTrue(can(Capability.REGISTERS) && forgets().isPresent());
    Opened a = open("d13", node("a", 1));
    letANodeBeForgotten(a);
  }

  @Test
  @DisplayName("D14 causes of failures hold nothing secret and name the method's backend")
  void d14Causes() throws Exception {
    darken();
    try {
      Opened a = open("d14", node("a", 1));
      a.observer().await("D14 the failure is told", o -> !o.failures().isEmpty());
      for (String cause : a.observer().failures()) {
        assertFalse(cause.isBlank(), "D14 a cause says something");
        assertEquals(1, cause.lines().count(), "D14 a cause is one line");
        secrets().forEach(secret -> assertFalse(cause.contains(secret), "D14 a secret is told"));
      }
    } finally {
      light();
    }
  }

  @Test
  @DisplayName("D15 a backend that does not answer is told as unreachable")
  void d15Unreachable() throws Exception {
    darken();
    try {
      Opened a = open("d15", node("a", 1));
      a.observer().await("D15 the failure is told", o -> !o.failures().isEmpty());
      assertEquals(Set.of(Reason.UNREACHABLE), Set.copyOf(a.observer().reasons()));
    } finally {
      light();
    }
  }

  @Test
  @DisplayName("D16 a backend that refuses the node is told as unauthorised, nothing secret in it")
  void d16Unauthorised() throws Exception {
    assumeTrue(can(Capability.CAN_REFUSE));
    Opened a = open(newRefused("d16"), "d16", node("a", 1));
    a.observer().await("D16 the refusal is told", o -> o.reasons().contains(Reason.UNAUTHORISED));
    assertEquals(Set.of(Reason.UNAUTHORISED), Set.copyOf(a.observer().reasons()));
    for (String cause : a.observer().failures()) {
      secrets().forEach(secret -> assertFalse(cause.contains(secret), "D16 a secret is told"));
    }
  }

  /**
   * Ends a session as the death of its process would: nothing is taken back, nothing renewed. It is
   * the one that was opened last.
   */
  protected void die(Opened node) throws Exception {
    throw new UnsupportedOperationException("a method that forgets needs die");
  }

  /** Whether the method can do something. */
  protected final boolean can(Capability capability) {
    return capabilities().contains(capability);
  }

  /** Lets one more node register and die, and waits until it is forgotten: others outlive it. */
  private void letANodeBeForgotten(Opened watcher) throws Exception {
    Opened mortal = open(watcher.serviceName(), node("m", 7));
    awaitSees(watcher, mortal.self());
    die(mortal);
    watcher.observer().await("the dead node is forgotten", o -> !sees(watcher, mortal.self()));
  }

  /** Opens a new service for a node. */
  protected final Opened open(String serviceName, Announcement self) throws Exception {
    return open(newDiscovery(serviceName), serviceName, self);
  }

  /** Opens a service for a node. */
  protected final Opened open(PeerDiscovery discovery, String serviceName, Announcement self)
      throws Exception {
    RecordingObserver observer = new RecordingObserver();
    if (!can(Capability.REGISTERS)) {
      publish(serviceName, self);
    }
    Opened session = new Opened(self, serviceName, observer, discovery.open(self, observer));
    opened.add(session);
    return session;
  }

  /** Closes a session; where others keep the backend, they take the node out. */
  protected final void close(Opened node) throws Exception {
    node.session().close();
    if (!can(Capability.REGISTERS)) {
      withdraw(node.serviceName(), node.self());
    }
  }

  /** Waits until one node finds another. */
  protected final void awaitSees(Opened node, Announcement other) throws InterruptedException {
    node.observer()
        .await(
            node.self().nodeId() + " finds " + other.nodeId(),
            o -> o.sees(other.host(), other.port()));
  }

  private static boolean sees(Opened node, Announcement other) {
    return node.observer().sees(other.host(), other.port());
  }
}
