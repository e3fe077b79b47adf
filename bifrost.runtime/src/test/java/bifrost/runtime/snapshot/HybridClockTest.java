package bifrost.runtime.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
    assertEquals(START, clock.edit(Version.NEVER).millis());
    wall.advance(5);
    assertEquals(START + 5, clock.edit(Version.NEVER).millis());
    assertEquals("n1", clock.edit(Version.NEVER).node());
  }

  @Test
  void versionsRiseWhileTheWallClockStandsOrGoesBack() {
    Version last = clock.edit(Version.NEVER);
    for (int i = 0; i < 100_000; i++) {
      if (i == 1000) {
        wall.advance(-60_000);
      }
      Version next = clock.edit(Version.NEVER);
      assertTrue(next.isAfter(last));
      last = next;
    }
    assertTrue(last.millis() <= START + 1 + 100_000 / 256, "256 versions fit into a millisecond");
  }

  @Test
  void aForeignVersionIsOvertaken() {
    Version foreign = at(START + 30_000);
    assertTrue(clock.observe(foreign));
    assertTrue(clock.edit(Version.NEVER).isAfter(foreign));
  }

  @Test
  void aVersionFromTheFarFutureIsNotBelieved() {
    Version far = at(START + 61_000);
    assertFalse(clock.observe(far));
    assertEquals(START, clock.edit(Version.NEVER).millis());
  }

  @Test
  void aRowFromTheFarFutureIsOvertakenWithoutTakingTheClockAlong() {
    Version far = at(START + 1_000_000_000L);
    assertTrue(clock.edit(far).isAfter(far));
    assertEquals(START, clock.edit(Version.NEVER).millis());
  }

  @Test
  void aDeletionWinsOverEveryEditOfItsGenerationWhateverTheClocks() {
    Version made = clock.edit(Version.NEVER);
    Version end = clock.delete(made);
    assertTrue(end.isAfter(made));
    HybridClock ahead = new HybridClock("n2", new TestClock(START + 50_000));
    Version unaware = ahead.edit(made);
    assertTrue(end.isAfter(unaware), "the later edit of a clock that is ahead");
    Version both = ahead.delete(unaware);
    assertTrue(both.isAfter(end), "of two deletions the later one");
    assertEquals(0, both.generation());
  }

  @Test
  void whatIsDeletedIsWrittenAnewInTheNextGeneration() {
    Version end = clock.delete(at(START + 30_000));
    Version anew = clock.edit(end);
    assertTrue(anew.isAfter(end));
    assertFalse(anew.isTombstone());
    assertEquals(1, anew.generation());
    assertEquals(1, clock.edit(anew).generation(), "an edit stays in it");
    assertEquals(1, clock.delete(anew).generation());
    assertTrue(clock.delete(anew).isAfter(anew));
  }

  @Test
  void generationsDoNotDragTheClockAlong() {
    Version wild = Version.of(Version.MAX_GENERATION, true, at(START).clock(), "n2");
    assertTrue(clock.observe(wild));
    assertTrue(clock.edit(Version.NEVER).millis() <= START + 1);
    assertEquals(0, clock.edit(Version.NEVER).generation());
  }

  @Test
  void whatIsDeletedForTheLastTimeCannotBeWrittenAnew() {
    Version last = Version.of(Version.MAX_GENERATION, false, at(START).clock(), "n2");
    assertFalse(HybridClock.isUsedUp(last));
    assertTrue(clock.edit(last).isAfter(last));
    Version end = clock.delete(last);
    assertTrue(HybridClock.isUsedUp(end));
    assertThrows(IllegalStateException.class, () -> clock.edit(end));
    Version endOfTime = Version.of(0, false, Version.MAX_CLOCK, "n2");
    assertTrue(HybridClock.isUsedUp(endOfTime));
  }

  private static Version at(long millis) {
    return Version.of(0, false, millis << Version.COUNTER_BITS, "n2");
  }

  @Test
  void threadsNeverGetTheSameVersion() throws Exception {
    List<Callable<Set<Version>>> tasks = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      tasks.add(
          () -> {
            Set<Version> versions = new HashSet<>();
            for (int i = 0; i < 5_000; i++) {
              versions.add(clock.edit(Version.NEVER));
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
