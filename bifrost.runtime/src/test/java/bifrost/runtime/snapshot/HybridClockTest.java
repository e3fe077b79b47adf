package bifrost.runtime.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.snapshot.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class HybridClockTest {
  private static final long START = 1_800_000_000_000L;

  private final TestClock wall = new TestClock(START);
  private final HybridClock clock = new HybridClock("n1", wall);

  @Test
  void versionsFollowTheWallClock() {
    assertEquals(START, clock.after(Version.NEVER).millis());
    wall.advance(5);
    assertEquals(START + 5, clock.after(Version.NEVER).millis());
    assertEquals("n1", clock.after(Version.NEVER).node());
  }

  @Test
  void versionsRiseWhileTheWallClockStandsOrGoesBack() {
    Version last = clock.after(Version.NEVER);
    for (int i = 0; i < 100_000; i++) {
      if (i == 1000) {
        wall.advance(-60_000);
      }
      Version next = clock.after(Version.NEVER);
      assertTrue(next.isAfter(last));
      last = next;
    }
    assertTrue(last.millis() <= START + 2, "65,536 versions fit into a millisecond");
  }

  @Test
  void aForeignVersionIsOvertaken() {
    Version foreign = new Version((START + 30_000) << 16, "n2");
    assertTrue(clock.observe(foreign));
    assertTrue(clock.after(Version.NEVER).isAfter(foreign));
  }

  @Test
  void aVersionFromTheFarFutureIsNotBelieved() {
    Version far = new Version((START + 61_000) << 16, "n2");
    assertFalse(clock.observe(far));
    assertEquals(START, clock.after(Version.NEVER).millis());
  }

  @Test
  void aRowFromTheFarFutureIsOvertakenWithoutTakingTheClockAlong() {
    Version far = new Version((START + 1_000_000_000L) << 16, "n2");
    assertTrue(clock.after(far).isAfter(far));
    assertEquals(START, clock.after(Version.NEVER).millis());
  }

  @Test
  void threadsNeverGetTheSameVersion() throws Exception {
    List<Callable<Set<Version>>> tasks = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      tasks.add(
          () -> {
            Set<Version> versions = new HashSet<>();
            for (int i = 0; i < 5_000; i++) {
              versions.add(clock.after(Version.NEVER));
            }
            return versions;
          });
    }
    Set<Version> all = new HashSet<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Set<Version>> task : threads.invokeAll(tasks)) {
        all.addAll(task.get());
      }
    }
    assertEquals(20_000, all.size());
  }
}
