package bifrost.runtime.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.journal.Journal.Appended;
import bifrost.api.journal.JournalState;
import bifrost.api.journal.JournalStream;
import bifrost.api.journal.Writer;
import bifrost.runtime.journal.file.SimulatedDisk;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SpoolJournalTest {
  private final TestNode node = new TestNode(7).start();

  @Test
  void everythingAppendedReachesTheStore() {
    node.with(TestNode.settings(8_192, 1 << 20, 1 << 20, true)).start();
    for (int i = 1; i <= 300; i++) {
      assertEquals(Appended.KEPT, node.journal.append(Records.log(i)));
      node.journal.append(Records.counter("budget", i * 10L));
      node.journal.append(Records.payload(i, 100));
    }
    node.journal.append(Records.change("team-1", 5));

    node.drainAll();

    assertEquals(300, node.store.logs.size());
    assertEquals(Records.log(299), node.store.logs.get("request-299"));
    assertEquals(3_000, node.store.counter(node.writer(), "budget"));
    assertEquals(300, node.store.payloads.size());
    assertEquals(5, node.store.version("team-1").time());
    assertEquals(0, node.lost());
  }

  @Test
  void configurationIsDrainedBeforeLogs() {
    node.journal.append(Records.log(1));
    node.journal.append(Records.change("team-1", 1));
    node.journal.append(Records.change("team-1", 2));

    node.drain();

    assertEquals("config", node.store.arrivals.getFirst());
    assertEquals(2, node.store.version("team-1").time());
  }

  @Test
  void nothingIsLostByAKillAndTheNextLifeDrainsItAndTidiesUp() {
    for (int i = 1; i <= 100; i++) {
      node.journal.append(Records.log(i));
    }
    node.start();
    node.journal.append(Records.log(101));

    node.drainAll();

    assertEquals(101, node.store.logs.size());
    assertTrue(
        node.disk.paths().stream().noneMatch(path -> path.startsWith("0000000000000000001")),
        node.disk.paths().toString());
  }

  @Test
  void componentThatIsStartedAgainInOneLifeGoesOnWithItsNumbers() {
    node.journal.append(Records.log(1));
    node.drainAll();
    node.journal.append(Records.log(2));
    node.journal.close(Duration.ofSeconds(1));
    node.startAgain();
    node.journal.append(Records.log(3));

    node.drainAll();

    assertEquals(3, node.store.logs.size());
    assertEquals(3, node.journal.writer(JournalStream.ACCOUNTING).lastSeq());
  }

  @Test
  void recordsSurviveAPowerCutOnceTheyAreCommitted() {
    for (int i = 1; i <= 50; i++) {
      node.journal.append(Records.log(i));
    }
    node.journal.commit();
    assertEquals(50, node.journal.writer(JournalStream.ACCOUNTING).durableSeq());
    for (int i = 51; i <= 60; i++) {
      node.journal.append(Records.log(i));
    }
    node.disk.cutPower();
    node.start();

    node.drainAll();

    for (int i = 1; i <= 50; i++) {
      assertTrue(node.store.logs.containsKey("request-" + i), "request " + i);
    }
  }

  @Test
  void damageInTheMiddleIsCountedAndTheRestIsDrained() {
    for (int i = 1; i <= 20; i++) {
      node.journal.append(Records.log(i));
    }
    String path =
        node.disk.paths().stream().filter(each -> each.contains("accounting")).findFirst().get();
    node.disk.bytes(path)[2_048 + 500] ^= 4;

    node.start().drainAll();

    assertEquals(19, node.store.logs.size());
    assertEquals(1, node.lost());
  }

  @Test
  void segmentWithoutAHeaderIsKeptAsideAndTheRestIsDrained() {
    for (int i = 1; i <= 200; i++) {
      node.journal.append(Records.log(i));
    }
    String path =
        node.disk.paths().stream().filter(each -> each.contains("accounting")).findFirst().get();
    Arrays.fill(node.disk.bytes(path), 0, 2_048, (byte) 0);

    node.start().drainAll();

    assertTrue(node.store.logs.size() > 100);
    assertEquals(200, node.store.logs.size() + node.lost());
    assertTrue(node.disk.paths().contains(path + ".unreadable"));
  }

  @Test
  void unknownFilesAreLeftAlone() {
    node.disk.put("notes.txt", new byte[] {1});
    node.disk.put("0000000000000000077/lost+found", new byte[] {2});
    node.journal.append(Records.log(1));

    node.start().drainAll();

    assertEquals(1, node.store.logs.size());
    assertTrue(node.disk.paths().contains("notes.txt"));
    assertTrue(node.disk.paths().contains("0000000000000000077/lost+found"));
  }

  @Test
  void storeThatIsAwaySeesOneCallPerTryAndGetsEverythingWhenItIsBack() {
    node.store.away = true;
    for (int i = 1; i <= 200; i++) {
      node.journal.append(Records.log(i));
    }
    int before = node.store.calls;
    for (int i = 0; i < 10; i++) {
      node.drain();
    }
    assertEquals(10, node.store.calls - before);
    assertTrue(node.journal.drain().isOutage());
    assertEquals(200, node.lag());

    node.store.away = false;
    node.drainAll();

    assertEquals(200, node.store.logs.size());
    assertFalse(node.journal.drain().isOutage());
  }

  @Test
  void defectOfTheStoreLosesNothing() {
    for (int i = 1; i <= 120; i++) {
      node.journal.append(Records.log(i));
    }
    node.store.defect = true;
    assertThrows(IllegalStateException.class, () -> node.journal.drainPass());

    node.drainAll();

    assertEquals(120, node.store.logs.size());
  }

  @Test
  void recordThatTheStoreWillNotTakeIsPutAsideAndTheOthersGoOn() {
    node.store.poison = "request-33";
    for (int i = 1; i <= 100; i++) {
      node.journal.append(Records.log(i));
    }
    node.drainAll();

    assertEquals(99, node.store.logs.size());
    assertEquals(1, node.journal.drain().rejected());
    assertTrue(
        node.disk.paths().stream().anyMatch(path -> path.startsWith("rejected/accounting-1-33")));
  }

  @Test
  void writerThatTheStoreKnowsFromSomewhereElseIsNotDrained() {
    node.store.forgetWatermark(new Writer("node", 1), JournalStream.ACCOUNTING, 40);
    node.journal.append(Records.log(1));
    for (int i = 0; i < 5; i++) {
      node.drain();
    }

    assertEquals(0, node.store.logs.size());
    assertEquals(1, node.lag());
  }

  @Test
  void storeThatWasRestoredFromABackupGetsWhatIsStillHere() {
    for (int i = 1; i <= 10; i++) {
      node.journal.append(Records.log(i));
    }
    node.drainAll();
    for (int i = 1; i <= 10; i++) {
      node.store.logs.remove("request-" + i);
    }
    node.store.forgetWatermark(node.writer(), JournalStream.ACCOUNTING, 4);
    node.journal.append(Records.log(11));

    node.drainAll();

    assertEquals(7, node.store.logs.size());
  }

  @Test
  void accountingPastItsBoundIsFoldedAndComesToTheSame() {
    node.store.away = true;
    long cost = 0;
    for (int i = 1; i <= 5_000; i++) {
      node.journal.append(Records.log(i));
      node.journal.append(Records.counter("budget-" + i % 10, i));
      cost += Records.log(i).costNanos();
      if (i % 100 == 0) {
        node.keep();
        assertTrue(node.journal.keeper().bytes(JournalStream.ACCOUNTING) < 100 << 10, "at " + i);
      }
    }
    assertEquals(JournalState.FOLDING, node.journal.state());
    assertFalse(node.journal.state().refusesMetered());
    node.store.away = false;

    node.drainAll();
    node.keep();

    assertEquals(5_000, node.store.requests());
    assertTrue(node.store.logs.size() < 2_000);
    assertEquals(node.store.logs.size() + node.journal.keeper().foldedLogs(), 5_000);
    assertEquals(cost, node.store.cost());
    assertEquals(5_000, node.store.counter(node.writer(), "budget-0"));
    assertEquals(4_999, node.store.counter(node.writer(), "budget-9"));
    assertEquals(0, node.lost());
    assertEquals(JournalState.NORMAL, node.journal.state());
  }

  @Test
  void oldestPayloadsAreShedPastTheirBoundAndCounted() {
    node.store.away = true;
    for (int i = 1; i <= 500; i++) {
      assertEquals(Appended.KEPT, node.journal.append(Records.payload(i, 500)));
      if (i % 20 == 0) {
        node.keep();
        assertTrue(node.journal.keeper().bytes(JournalStream.PAYLOAD) < 100 << 10);
      }
    }
    assertEquals(JournalState.SHEDDING, node.journal.state());
    node.store.away = false;
    node.drainAll();

    assertTrue(node.store.payloads.contains("request-500"));
    assertTrue(node.journal.keeper().shedPayloads() > 200);
    assertEquals(
        500, node.store.payloads.size() + node.metric("bifrost_journal_shed_payloads_total"));
    assertEquals(0, node.metric("bifrost_journal_lost_records_total"));
  }

  @Test
  void damagedPayloadIsCountedAsLostAndNotAsShed() {
    for (int i = 1; i <= 5; i++) {
      node.journal.append(Records.payload(i, 500));
    }
    String path =
        node.disk.paths().stream().filter(each -> each.contains("payload")).findFirst().get();
    node.disk.bytes(path)[2_048 + 900] ^= 4;

    node.start().drainAll();

    assertEquals(4, node.store.payloads.size());
    assertEquals(1, node.metric("bifrost_journal_lost_records_total"));
    assertEquals(0, node.metric("bifrost_journal_shed_payloads_total"));
  }

  @Test
  void bodyBeyondTheLimitIsCut() {
    node.journal.append(Records.payload(1, 1 << 20));

    assertTrue(node.journal.keeper().bytes(JournalStream.PAYLOAD) < 16 << 10);
  }

  @Test
  void fullDiskShedsPayloadsFirstAndKeepsAccounting() {
    node.store.away = true;
    for (int i = 1; i <= 80; i++) {
      node.journal.append(Records.payload(i, 500));
      node.journal.append(Records.log(i));
    }
    node.keep();
    node.disk.capacity(node.disk.used());
    int i = 80;
    while (node.journal.append(Records.log(++i)) == Appended.KEPT) {
      assertTrue(i < 1_000);
    }
    assertFalse(node.journal.state().refusesMetered(), "before anything was tried");

    node.keep();

    assertEquals(Appended.KEPT, node.journal.append(Records.log(++i)));
    assertEquals(Appended.SHED, node.journal.append(Records.payload(i, 500)));
    assertTrue(node.journal.keeper().shedPayloads() > 0);
    node.disk.capacity(Long.MAX_VALUE);
    node.store.away = false;
    node.drainAll();
    assertEquals(i, node.store.requests());
    assertEquals(0, node.lost());
  }

  @Test
  void diskThatStaysFullRefusesMeteredRequestsAndLosesNothing() {
    fillDiskForGood(TestNode.settings(8_192, 64 << 10, 64 << 10, true), JournalState.REFUSING);
  }

  @Test
  void diskThatStaysFullServesUnmeteredWhereThatWasChosen() {
    fillDiskForGood(TestNode.settings(8_192, 64 << 10, 64 << 10, false), JournalState.UNMETERED);
  }

  private static void fillDiskForGood(JournalSettings settings, JournalState expected) {
    TestNode node = new TestNode(9).with(settings).start();
    node.store.away = true;
    node.journal.append(Records.log(1));
    node.disk.capacity(0);
    int i = 1;
    while (node.journal.append(Records.log(++i)) == Appended.KEPT) {
      assertTrue(i < 1_000);
    }
    node.keep();
    assertEquals(expected, node.journal.state());
    for (int more = 0; more < 3_000; more++) {
      assertEquals(Appended.PENDING, node.journal.append(Records.log(++i)));
    }
    assertEquals(Appended.PENDING, node.journal.append(Records.change("team-9", 3)));
    assertTrue(node.journal.writer(JournalStream.ACCOUNTING).pendingRecords() < 1_000);

    node.disk.capacity(Long.MAX_VALUE);
    node.keep();
    assertFalse(node.journal.state().refusesMetered());
    assertEquals(Appended.KEPT, node.journal.append(Records.log(++i)));
    node.store.away = false;
    node.drainAll();

    assertEquals(i, node.store.requests());
    assertEquals(3, node.store.version("team-9").time());
    assertEquals(0, node.lost());
  }

  @Test
  void readOnlyDirectoryIsReportedAndEndsWhenItCanBeWrittenAgain() {
    node.disk.readOnly(true);
    assertEquals(Appended.PENDING, node.journal.append(Records.log(1)));
    node.keep();
    assertEquals(JournalState.REFUSING, node.journal.state());

    node.disk.readOnly(false);
    node.keep();
    assertFalse(node.journal.state().refusesMetered());
    node.drainAll();
    assertEquals(1, node.store.logs.size());
  }

  @Test
  void failedSyncDoesNotCountAsDurable() {
    node.journal.append(Records.log(1));
    node.disk.syncFails(true);
    node.journal.commit();
    assertEquals(0, node.journal.writer(JournalStream.ACCOUNTING).durableSeq());

    node.disk.syncFails(false);
    node.journal.commit();
    assertEquals(1, node.journal.writer(JournalStream.ACCOUNTING).durableSeq());
  }

  @Test
  void killInTheMiddleOfAFoldCountsNothingTwice() {
    for (int changes = 0; changes < 60; changes++) {
      TestNode crashing = new TestNode(changes).start();
      crashing.store.away = true;
      for (int i = 1; i <= 800; i++) {
        crashing.journal.append(Records.log(i));
      }
      crashing.disk.crashAfter(changes);
      try {
        crashing.keep();
      } catch (SimulatedDisk.Crash e) {
        // that is the point
      }
      crashing.disk.crashAfter(Long.MAX_VALUE);
      crashing.store.away = false;
      crashing.start().drainAll();

      assertEquals(800, crashing.store.requests(), "crash at change " + changes);
      assertEquals(0, crashing.lost());
    }
  }
}
