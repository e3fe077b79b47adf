package bifrost.it.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.GatewayProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two real pods of one network, which swap through the methods that stay inside a region. With each
 * they also leave and join again at another port, where nothing but the method can tell them of
 * each other.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LanIT {
  private static final Set<String> IDS = Set.of("eu-1", "eu-2");

  private final List<Pod> pods = new ArrayList<>();
  private final List<LanMethod> methods = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    pods.forEach(Pod::close);
    for (LanMethod method : methods) {
      method.close();
    }
  }

  @Test
  void eachMethodOfARegionJoinsTwoPodsAndTakesOverFromTheOneBefore() throws Exception {
    methods.addAll(LanMethod.all());
    int port = GatewayProcess.freePort();
    pods.add(new Pod("eu-1", "eu", "127.0.0.2", port, folder.resolve("eu-1"), methods.get(0)));
    pods.add(new Pod("eu-2", "eu", "127.0.0.3", port, folder.resolve("eu-2"), methods.get(0)));
    awaitJoined(methods.get(0));
    for (int i = 1; i < methods.size(); i++) {
      LanMethod before = methods.get(i - 1);
      LanMethod next = methods.get(i);
      try (MemberWatch watch = new MemberWatch(pods, IDS)) {
        for (Pod pod : pods) {
          pod.use(next);
        }
        for (Pod pod : pods) {
          pod.gateway()
              .awaitLog(
                  "discovery %s: closes, %s has registered".formatted(before.type(), next.type()));
        }
        assertEquals(List.of(), watch.shrunk());
        assertTrue(watch.looks() > 0);
      }
      int another = GatewayProcess.freePort();
      for (Pod pod : pods) {
        pod.move(another, next);
      }
      awaitJoined(next);
    }
  }

  /** Waits until both see both where they are now, by this method. */
  private void awaitJoined(LanMethod method) throws Exception {
    Pod.await(
        pods,
        method.type() + " joins two pods",
        () ->
            pods.stream()
                .allMatch(
                    pod ->
                        pod.present().equals(IDS)
                            && pods.stream()
                                .allMatch(each -> pod.addressOf(each.id()).equals(each.address()))
                            && Boolean.TRUE.equals(
                                pod.discoveryBy(method.type()).get("registered"))));
  }
}
