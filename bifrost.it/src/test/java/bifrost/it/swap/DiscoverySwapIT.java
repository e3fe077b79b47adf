package bifrost.it.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.it.discovery.Backend;
import bifrost.it.discovery.MemberWatch;
import bifrost.it.discovery.Pod;
import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Management;
import bifrost.it.support.PluginJars;
import bifrost.tck.etcd.EtcdCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The method of discovery is exchanged under traffic, by the file, by the management API and by
 * another bundle, and its backends turn hostile: nobody is lost, no request fails, and each node is
 * registered all the time.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DiscoverySwapIT {
  private static final String LONG = "bifrost.long";
  private static final boolean IS_LONG = Boolean.getBoolean(LONG);
  private static final int SWAPS = IS_LONG ? 20 : 6;
  private static final int BUNDLE_SWAPS = IS_LONG ? 3 : 1;
  private static final String BUNDLE = "bifrost.discovery.etcd";

  @TempDir private static Path folder;

  private static final List<Backend> BACKENDS = new ArrayList<>();
  private static final List<Pod> PODS = new ArrayList<>();
  private static final Set<String> IDS = new TreeSet<>();

  private MemberWatch watch;
  private Traffic traffic;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(EtcdCluster.isInstalled(), EtcdCluster.MISSING);
    BACKENDS.addAll(Backend.global());
    for (String id : List.of("eu-1", "eu-2", "us-1")) {
      PODS.add(new Pod(id, id.substring(0, 2), folder.resolve(id), BACKENDS.get(0)));
      IDS.add(id);
    }
    Pod.await(
        PODS, "three members", () -> PODS.stream().allMatch(pod -> pod.present().equals(IDS)));
    for (Pod pod : PODS) {
      pod.gateway().awaitReady();
    }
  }

  @AfterAll
  static void stop() throws Exception {
    PODS.forEach(Pod::close);
    for (Backend backend : BACKENDS) {
      backend.close();
    }
  }

  @BeforeEach
  void load() {
    watch = new MemberWatch(PODS, IDS);
    traffic = new Traffic(PODS.get(0).gateway().port()).connections(4, "echo/echo-1");
  }

  @AfterEach
  void nobodyWasLostAndNothingFailed(TestInfo test) throws Exception {
    watch.close();
    traffic.finish();
    System.out.printf(
        "%s: %d requests, %d failed; %d looks at the members%n",
        test.getDisplayName(), traffic.requests(), traffic.failed(), watch.looks());
    assertEquals(0, traffic.failed(), () -> String.join("\n", traffic.failures()));
    assertTrue(watch.shrunk().isEmpty(), () -> String.join("\n", watch.shrunk()));
    assertTrue(traffic.requests() > SWAPS && watch.looks() > SWAPS);
  }

  @Test
  @Order(1)
  void swapsOfTheMethodByTheFile() throws Exception {
    for (int i = 1; i <= SWAPS; i++) {
      swap(BACKENDS.get((i - 1) % BACKENDS.size()), BACKENDS.get(i % BACKENDS.size()));
    }
    if (SWAPS % BACKENDS.size() != 0) {
      swap(BACKENDS.get(SWAPS % BACKENDS.size()), BACKENDS.get(0));
    }
  }

  /** Each new version registers the node before the one before it goes. */
  @Test
  @Order(2)
  void swapsOfTheBundle() throws Exception {
    GatewayProcess gateway = PODS.get(0).gateway();
    Path plugin = gateway.data().resolve("plugins/" + BUNDLE + ".jar");
    String closes = closes("etcd", "etcd");
    for (int i = 1; i <= BUNDLE_SWAPS; i++) {
      // the one that ships goes on beside the first that is dropped in
      long wanted = count(gateway, closes) + (i == 1 ? 0 : 1);
      PluginJars.write(PluginJars.of(BUNDLE), "1.0." + i, plugin);
      gateway.awaitLog(BUNDLE + " 1\\.0\\." + i + " .*(started|took over)");
      Pod.await(PODS, "bundle " + i + " has taken over", () -> count(gateway, closes) >= wanted);
    }
  }

  /** One node is asked, all of them swap. */
  @Test
  @Order(3)
  void swapsByTheManagementApi() throws Exception {
    Backend etcd = BACKENDS.get(0);
    Backend first = BACKENDS.get(1);
    Backend second = BACKENDS.get(BACKENDS.size() - 1);
    configure(first);
    awaitOnAll("in use: " + first.type(), pod -> registered(pod, first));
    awaitClosed(
        etcd,
        first,
        () -> {
          for (Pod pod : PODS) {
            pod.useOnly(PODS.get(0) == pod ? PODS.get(1) : PODS.get(0));
          }
        });
    if (first != second) {
      configure(second);
      awaitClosed(first, second, () -> withdraw(first));
    }
    awaitClosed(
        second,
        etcd,
        () -> {
          for (Pod pod : PODS) {
            pod.use(etcd);
          }
          withdraw(second);
        });
  }

  /** All backends at once, as several methods can be in use at once. */
  @Test
  @Order(4)
  @EnabledIfSystemProperty(named = LONG, matches = "true")
  void backendsThatHangAreSlowOrLie() throws Exception {
    for (Backend backend : BACKENDS.subList(1, BACKENDS.size())) {
      configure(backend);
    }
    for (Backend backend : BACKENDS) {
      awaitOnAll(backend.type() + " works", pod -> works(pod, backend));
      backend.hang(true);
      awaitOnAll(backend.type() + " is told to fail", pod -> fails(pod, backend));
      backend.hang(false);
      awaitOnAll(backend.type() + " works again", pod -> works(pod, backend));
    }
    for (Backend backend : BACKENDS) {
      backend.slow(Duration.ofSeconds(5));
    }
    for (int answers = 0; answers < 2; answers++) {
      for (Backend backend : BACKENDS) {
        List<Object> before = PODS.stream().map(pod -> lastFound(pod, backend)).toList();
        awaitOnAll(
            backend.type() + " answers slowly, or is told to fail",
            pod ->
                fails(pod, backend)
                    || !lastFound(pod, backend).equals(before.get(PODS.indexOf(pod))));
      }
    }
    for (Backend backend : BACKENDS) {
      backend.slow(Duration.ZERO);
      backend.hang(false);
      awaitOnAll(backend.type() + " works after slowness", pod -> works(pod, backend));
    }
    for (Backend backend : BACKENDS) {
      backend.lie();
      awaitOnAll(backend.type() + " is seen to lie", pod -> sees(pod, backend, 1_000, 4_000));
      awaitOnAll(backend.type() + " tells no lies on", pod -> candidates(pod, backend) <= 4);
      backend.tellTheTruth();
      awaitOnAll(backend.type() + " is itself again", pod -> sees(pod, backend, 0, 0));
    }
    for (Backend backend : BACKENDS.subList(1, BACKENDS.size())) {
      withdraw(backend);
    }
  }

  private static void swap(Backend before, Backend next) throws Exception {
    awaitClosed(
        before,
        next,
        () -> {
          for (Pod pod : PODS) {
            pod.use(next);
          }
        });
    Pod.await(PODS, "all are registered with " + next.type(), () -> next.registered().equals(IDS));
  }

  private interface Step {
    void take() throws Exception;
  }

  /** Takes a step and waits until all pods let a method go because another has registered them. */
  private static void awaitClosed(Backend before, Backend next, Step step) throws Exception {
    String closes = closes(before.type(), next.type());
    List<Long> counts = PODS.stream().map(pod -> count(pod.gateway(), closes)).toList();
    step.take();
    for (int i = 0; i < PODS.size(); i++) {
      GatewayProcess gateway = PODS.get(i).gateway();
      long count = counts.get(i);
      Pod.await(
          List.of(PODS.get(i)),
          "%s to %s on %s".formatted(before.type(), next.type(), PODS.get(i).id()),
          () -> count(gateway, closes) > count);
    }
  }

  private static String closes(String before, String next) {
    return "discovery %s: closes, %s has registered this node".formatted(before, next);
  }

  private static long count(GatewayProcess gateway, String text) {
    return gateway.log().stream().filter(line -> line.contains(text)).count();
  }

  private static void configure(Backend backend) throws Exception {
    for (Pod pod : PODS) {
      backend.enter(pod);
    }
    Management.Answer made =
        PODS.get(0)
            .management()
            .call(
                "POST",
                "/api/plugins?wait=cluster&wait_ms=30000",
                "{\"name\": \"bifrost.discovery.%s\", \"config\": {%s}}"
                    .formatted(backend.type(), backend.fields(PODS.get(0))));
    assertEquals(201, made.status(), made.text());
    assertEquals(true, made.at("cluster", "everywhere"), made.text());
  }

  private static void withdraw(Backend backend) throws Exception {
    Management.Answer gone =
        PODS.get(0).management().call("DELETE", "/api/plugins/bifrost.discovery." + backend.type());
    assertEquals(200, gone.status(), gone.text());
  }

  private static void awaitOnAll(String what, Predicate<Pod> holds) throws Exception {
    Pod.await(PODS, what, () -> PODS.stream().allMatch(holds));
  }

  private static boolean registered(Pod pod, Backend backend) {
    return Boolean.TRUE.equals(pod.discoveryBy(backend.type()).get("registered"));
  }

  private static boolean fails(Pod pod, Backend backend) {
    String failure = pod.discoveryBy(backend.type()).getOrDefault("failure", "").toString();
    return !failure.isEmpty() && failure.length() <= 500;
  }

  private static boolean works(Pod pod, Backend backend) {
    return "".equals(pod.discoveryBy(backend.type()).get("failure"));
  }

  /** Whether of both kinds of lies at least so many, or none, are seen and left out. */
  private static boolean sees(Pod pod, Backend backend, int malformed, int outside) {
    int seenMalformed = number(pod, backend, "malformed");
    int seenOutside = number(pod, backend, "outside_allowed_address_space");
    return malformed > 0
        ? seenMalformed >= malformed && seenOutside >= outside
        : seenMalformed == 0 && seenOutside == 0 && candidates(pod, backend) <= 4;
  }

  private static Object lastFound(Pod pod, Backend backend) {
    return pod.discoveryBy(backend.type()).getOrDefault("last_found", "");
  }

  private static int candidates(Pod pod, Backend backend) {
    return number(pod, backend, "candidates");
  }

  private static int number(Pod pod, Backend backend, String field) {
    return pod.discoveryBy(backend.type()).getOrDefault(field, -1) instanceof Integer number
        ? number
        : -1;
  }
}
