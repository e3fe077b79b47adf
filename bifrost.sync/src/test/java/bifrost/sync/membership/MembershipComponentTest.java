package bifrost.sync.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.MemberChange;
import bifrost.api.cluster.MemberState;
import bifrost.api.cluster.Membership.Delivery;
import bifrost.api.cluster.MembershipListener;
import bifrost.api.cluster.MessageListener;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.api.model.InvalidConfigException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MembershipComponentTest {
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final String NEXT_KEY =
      Base64.getEncoder().encodeToString("0123456789abcdef".getBytes());

  private final List<MembershipComponent> components = new ArrayList<>();

  @AfterEach
  void close() {
    components.forEach(MembershipComponent::close);
  }

  @Test
  void nodesJoinAndAgreeOnTheLeader() throws Exception {
    MembershipComponent b = start(TestConfig.local("b").set("region", "eu"));
    MembershipComponent a = start(joining(b, "a").set("region", "us"));
    Await.until("both see both", () -> sees(a, 2) && sees(b, 2));
    Await.until("a leads", () -> a.view().isLeader() && b.view().leader().equals("a"));
    assertEquals("us", b.view().member("a").orElseThrow().region());
    assertTrue(b.view().isRegionLeader());
    assertFalse(b.view().isLeader());
    assertEquals(Map.of("eu", "b", "us", "a"), b.view().regionLeaders());
  }

  @Test
  void aListenerHearsOfNowAndOfEachChange() throws Exception {
    MembershipComponent a = start(TestConfig.local("a"));
    Queue<MemberChange> changes = new ConcurrentLinkedQueue<>();
    Queue<ClusterView> views = new ConcurrentLinkedQueue<>();
    MembershipListener listener =
        (view, news) -> {
          views.add(view);
          changes.addAll(news);
        };
    a.bindListener(listener);
    Await.until("the first view comes", () -> !views.isEmpty());
    MembershipComponent b = start(joining(a, "b"));
    Await.until(
        "the join is told",
        () -> changes.stream().anyMatch(c -> is(c, MemberChange.Kind.JOINED, "b")));
    b.announce(info -> info.withHttpAddress("10.0.0.1:8080"));
    Await.until(
        "the update is told",
        () -> a.view().member("b").orElseThrow().info().httpAddress().equals("10.0.0.1:8080"));
    components.remove(b);
    b.close();
    Await.until(
        "the leaving is told",
        () -> changes.stream().anyMatch(c -> is(c, MemberChange.Kind.LEFT, "b")));
    assertEquals(MemberState.LEFT, a.view().member("b").orElseThrow().state());
    a.unbindListener(listener);
  }

  @Test
  void messagesReachTheListenersOfTheirTopic() throws Exception {
    MembershipComponent a = start(TestConfig.local("a"));
    MembershipComponent b = start(joining(a, "b"));
    Await.until("both see both", () -> sees(a, 2) && sees(b, 2));
    Inbox news = new Inbox("news");
    Inbox other = new Inbox("other");
    b.bindMessages(news);
    b.bindMessages(other);
    assertTrue(a.send("b", "news", new byte[] {1}, Delivery.BEST_EFFORT));
    Await.until("the packet comes", () -> news.has(1));
    assertTrue(a.send("b", "news", new byte[500_000], Delivery.RELIABLE));
    Await.until("the stream comes", () -> news.has(500_000, 0));
    a.broadcast("news", new byte[] {3});
    Await.until("the broadcast comes", () -> news.has(3));
    assertTrue(other.received.isEmpty());
    assertFalse(a.send("nobody", "news", new byte[1], Delivery.RELIABLE));
    assertThrows(
        IllegalArgumentException.class,
        () -> a.send("b", "news", new byte[2_000], Delivery.BEST_EFFORT));
    assertThrows(IllegalArgumentException.class, () -> a.broadcast("", new byte[1]));
  }

  @Test
  void discoveryProposesAndNeverRemoves() throws Exception {
    MembershipComponent a = start(TestConfig.local("a"));
    MembershipComponent b = start(TestConfig.local("b"));
    FakeDiscovery discovery = new FakeDiscovery();
    b.bindDiscovery(discovery, Map.of());
    assertEquals("b", discovery.self.nodeId());
    discovery.observer.found(
        Set.of(Candidate.of("127.0.0.1", a.view().local().address().getPort())));
    Await.until("both see both", () -> sees(a, 2) && sees(b, 2));
    discovery.observer.failed("backend is away");
    discovery.observer.found(Set.of());
    b.removeDiscovery(discovery, true);
    Await.until("the session is closed", () -> discovery.closed);
    assertTrue(sees(a, 2) && sees(b, 2));
    assertEquals(List.of(), b.discoveries());
  }

  @Test
  void keysAreChangedWhileItRunsWithoutLeaving() throws Exception {
    TestConfig configA = TestConfig.local("a").set("secret__keys", new String[] {KEY});
    MembershipComponent a = start(configA);
    TestConfig configB = joining(a, "b").set("secret__keys", new String[] {KEY});
    MembershipComponent b = start(configB);
    Await.until("both see both", () -> sees(a, 2) && sees(b, 2));
    List<Integer> left = new ArrayList<>();
    a.bindListener(
        (view, changes) ->
            changes.stream()
                .filter(c -> c.kind() != MemberChange.Kind.UPDATED)
                .forEach(c -> left.add(1)));
    for (String[] keys : new String[][] {{KEY, NEXT_KEY}, {NEXT_KEY, KEY}, {NEXT_KEY}}) {
      a.modified(configA.set("secret__keys", keys).config());
      b.modified(configB.set("secret__keys", keys).config());
    }
    b.announce(info -> info.withCapability("rotated"));
    Await.until(
        "news travels under the new key",
        () -> a.view().member("b").orElseThrow().info().capabilities().contains("rotated"));
    assertEquals(List.of(), left);
  }

  @Test
  void anotherChangeOfTheConfigurationLeavesAndJoinsAgain() throws Exception {
    MembershipComponent a = start(TestConfig.local("a"));
    TestConfig config = joining(a, "b");
    MembershipComponent b = start(config);
    Await.until("both see both", () -> sees(a, 2) && sees(b, 2));
    b.modified(config.set("region", "mars").config());
    Await.until(
        "the new region is seen",
        () ->
            a.view()
                .member("b")
                .filter(m -> m.region().equals("mars") && m.state().isPresent())
                .isPresent());
  }

  @Test
  void aConfigurationThatCannotBeUsedLeavesTheOldOneInForce() throws Exception {
    MembershipComponent a = start(TestConfig.local("a"));
    TestConfig config = joining(a, "b");
    MembershipComponent b = start(config);
    Await.until("both see both", () -> sees(a, 2) && sees(b, 2));
    int taken = a.view().local().address().getPort();
    assertThrows(
        InvalidConfigException.class, () -> b.modified(config.set("port", taken).config()));
    Await.until("b is back", () -> sees(a, 2) && sees(b, 2));
  }

  @Test
  void theAdvertisedAddressIsWhatOthersAreTold() {
    MembershipComponent a =
        start(TestConfig.local("a").set("advertise__address", "203.0.113.7:17946"));
    assertEquals(new InetSocketAddress("203.0.113.7", 17_946), a.view().local().address());
    FakeDiscovery discovery = new FakeDiscovery();
    a.bindDiscovery(discovery, Map.of());
    assertEquals(new Announcement("a", "unknown", "203.0.113.7", 17_946), discovery.self);
  }

  @Test
  void aTakenPortIsRefusedWithItsName() {
    MembershipComponent a = start(TestConfig.local("a"));
    InvalidConfigException refused =
        assertThrows(
            InvalidConfigException.class,
            () -> start(TestConfig.local("b").set("port", a.view().local().address().getPort())));
    assertEquals("cluster_config.gossip.port", refused.path());
  }

  @Test
  void metadataThatDoesNotFitIsRefusedAndTheOldStays() {
    MembershipComponent a = start(TestConfig.local("a"));
    assertThrows(
        InvalidConfigException.class,
        () -> a.announce(info -> info.withCapability("x".repeat(300))));
    assertEquals(Set.of(), a.view().local().info().capabilities());
  }

  @Test
  void everyMetricHasANameAndAValue() {
    MembershipComponent a = start(TestConfig.local("a").set("region", "eu"));
    Set<String> names = new TreeSet<>();
    a.collect(
        new bifrost.api.metrics.MetricSource.Sink() {
          @Override
          public void counter(String name, String help, Map<String, String> labels, double value) {
            assertTrue(name.endsWith("_total"), name);
            names.add(name);
          }

          @Override
          public void gauge(String name, String help, Map<String, String> labels, double value) {
            if (name.equals("bifrost_membership_members")
                && labels.equals(Map.of("region", "eu", "state", "alive"))) {
              assertEquals(1, value);
            }
            names.add(name);
          }
        });
    assertTrue(names.contains("bifrost_membership_probes_total"));
    assertTrue(names.contains("bifrost_membership_members"));
    assertTrue(names.stream().allMatch(name -> name.matches("bifrost_membership_[a-z_]+")));
  }

  @Test
  void theAddressOfTheListenerIsOneThatOthersCanUse() {
    assertEquals("10.0.0.1:80", NodeAnnouncer.address("http://10.0.0.1:80", "1.2.3.4").get());
    assertEquals("1.2.3.4:80", NodeAnnouncer.address("http://0.0.0.0:80", "1.2.3.4").get());
    assertEquals(
        "[1:0:0:0:0:0:0:2]:80", NodeAnnouncer.address("http://[::]:80", "1:0:0:0:0:0:0:2").get());
    assertTrue(NodeAnnouncer.address("http://127.0.0.1:80", "1.2.3.4").isEmpty());
    assertEquals("127.0.0.1:80", NodeAnnouncer.address("http://127.0.0.1:80", "127.0.0.1").get());
  }

  private MembershipComponent start(TestConfig config) {
    MembershipComponent component = new MembershipComponent(config.config(), Map.of());
    components.add(component);
    return component;
  }

  private static TestConfig joining(MembershipComponent seed, String id) {
    return TestConfig.local(id)
        .set("peers", new String[] {"127.0.0.1:" + seed.view().local().address().getPort()});
  }

  private static boolean sees(MembershipComponent component, int members) {
    return component.view().present().size() == members;
  }

  private static boolean is(MemberChange change, MemberChange.Kind kind, String id) {
    return change.kind() == kind && change.member().id().equals(id);
  }

  private static final class Inbox implements MessageListener {
    private final String topic;
    private final Queue<byte[]> received = new ConcurrentLinkedQueue<>();

    Inbox(String topic) {
      this.topic = topic;
    }

    @Override
    public String topic() {
      return topic;
    }

    @Override
    public void received(byte[] payload) {
      received.add(payload);
    }

    boolean has(int first) {
      return has(1, first);
    }

    boolean has(int length, int first) {
      return received.stream().anyMatch(m -> m.length == length && m[0] == first);
    }
  }

  private static final class FakeDiscovery implements PeerDiscovery {
    private Announcement self;
    private Observer observer;
    private volatile boolean closed;

    @Override
    public String method() {
      return "fake";
    }

    @Override
    public Scope scope() {
      return Scope.GLOBAL;
    }

    @Override
    public Session open(Announcement announced, Observer watching) {
      this.self = announced;
      this.observer = watching;
      return () -> closed = true;
    }
  }
}
