package bifrost.sync.diagnosis.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import bifrost.api.cluster.Finding;
import bifrost.api.cluster.MemberState;
import bifrost.api.cluster.MemberSync;
import bifrost.api.cluster.PeerDiscovery.Scope;
import bifrost.sync.diagnosis.rules.Observation.ClockOffset;
import bifrost.sync.diagnosis.rules.Reachability.Heard;
import bifrost.sync.diagnosis.rules.Reachability.Result;
import bifrost.sync.diagnosis.rules.Reachability.Route;
import bifrost.sync.diagnosis.rules.Reachability.Seen;
import bifrost.sync.membership.wire.DropReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ten minutes of a healthy cluster whose pods are restarted, in virtual time: what one node would
 * observe every five seconds while pods die, linger in the registry, come back and are suspected,
 * packets are lost, tests fail once, the backend has short outages. It must raise no alarm.
 */
class ChurnTest {
  private static final int SECONDS = 600;
  private static final int STEP = 5;

  /** A pod is down for at most so long, and its entry outlives it by the lease. */
  private static final int LONGEST_RESTART = 40;

  private static final int LEASE = 30;
  private static final List<String> PODS = List.of("eu-1", "eu-2", "eu-3", "us-1", "us-2", "us-3");

  private final FindingLog log = new FindingLog(Scene.HOLD);
  private final Map<String, Integer> downSince = new HashMap<>();
  private final Map<String, Integer> downUntil = new HashMap<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void restartsRaiseNoAlarm(long seed) {
    Random random = new Random(seed);
    List<Finding> alarms = new ArrayList<>();
    int outageUntil = -1;
    for (int second = 0; second < SECONDS; second += STEP) {
      restart(random, second);
      if (second > outageUntil + 60 && random.nextInt(30) == 0) {
        outageUntil = second + 15;
      }
      Scene scene = scene(random, second, second < outageUntil);
      alarms.addAll(
          log.update(Scene.NOW.plusSeconds(second), Duration.ofSeconds(second), scene.examine())
              .appeared());
    }
    assertEquals(List.of(), alarms, "seed " + seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aRealFaultAmongTheRestartsIsFound(long seed) {
    Random random = new Random(seed);
    List<String> alarms = new ArrayList<>();
    for (int second = 0; second < SECONDS; second += STEP) {
      restart(random, second);
      Scene scene = scene(random, second, false);
      scene.stranger("54.0.0.99", DropReason.UNDECRYPTABLE, 10);
      log.update(Scene.NOW.plusSeconds(second), Duration.ofSeconds(second), scene.examine())
          .appeared()
          .forEach(finding -> alarms.add(finding.id()));
    }
    assertEquals(List.of("gossip-key-mismatch"), alarms, "seed " + seed);
  }

  /** Every other pod but this one may go; never a whole region at once for long. */
  private void restart(Random random, int second) {
    downUntil.values().removeIf(until -> until <= second);
    for (String pod : PODS.subList(1, PODS.size())) {
      if (!downUntil.containsKey(pod) && downUntil.size() < 3 && random.nextInt(12) == 0) {
        downSince.put(pod, second);
        downUntil.put(pod, second + STEP + random.nextInt(LONGEST_RESTART - STEP));
      }
    }
  }

  private Scene scene(Random random, int second, boolean outage) {
    Scene scene = new Scene();
    scene.at = Scene.NOW.plusSeconds(second);
    List<String> found = new ArrayList<>();
    for (String pod : PODS) {
      String host = host(pod);
      int down = downUntil.containsKey(pod) ? second - downSince.get(pod) : -1;
      boolean gone = down >= 10;
      boolean suspect = down >= 0 || random.nextInt(40) == 0 && !pod.equals("eu-1");
      MemberState state =
          gone ? MemberState.DEAD : suspect ? MemberState.SUSPECT : MemberState.ALIVE;
      scene.member(pod, pod.substring(0, 2), host, state);
      if (down < LEASE) {
        found.add(host);
        if (gone) {
          scene.unreached(
              host, host + ":10101: connect timed out", false, scene.at.minusSeconds(down - 10));
        }
      }
      if (!pod.equals("eu-1") && !gone) {
        scene.clocks.put(
            pod,
            new ClockOffset(
                Duration.ofMillis(random.nextInt(400) - 200),
                Duration.ofMillis(20 + random.nextInt(300))));
        scene.sync(pod, MemberSync.Path.DIRECT, "", false);
        if (down >= 0) {
          scene.sync(pod, MemberSync.Path.NONE, "connection refused", false);
        }
      }
      scene.services.put(pod, Map.of("etcd", "bifrost"));
    }
    scene.found("etcd", Scope.GLOBAL, found.toArray(String[]::new));
    if (outage) {
      scene.fails("etcd", new DiscoveryFailure(Reason.UNREACHABLE, "deadline exceeded"), true);
    }
    if (random.nextInt(10) == 0) {
      scene.peers = List.of(Candidate.of("54.0.0.1", 10101));
      scene.stranger("54.0.0.77", DropReason.UNDECRYPTABLE, 1 + random.nextInt(2));
    }
    ports(random, second, scene);
    return scene;
  }

  private void ports(Random random, int second, Scene scene) {
    for (String from : PODS) {
      for (String to : PODS) {
        if (from.equals(to) || downUntil.containsKey(from)) {
          continue;
        }
        int since = downSince.containsKey(to) ? second - downSince.get(to) : SECONDS;
        // Of a pod that restarted the last test, up to one interval old, may have failed.
        boolean failed = since < 60 || random.nextInt(50) == 0;
        Result result = failed ? new Result(Outcome.CLOSED, 1) : Scene.OPEN;
        Heard heard = failed ? Heard.UNKNOWN : Heard.YES;
        scene.ports.put(new Route(from, to), new Seen(result, result, result, heard));
      }
    }
  }

  private static String host(String pod) {
    return (pod.startsWith("eu") ? "52.0.0." : "54.0.0.") + pod.charAt(3);
  }
}
