package bifrost.runtime.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.journal.Journal.Appended;
import bifrost.api.journal.JournalStream;
import bifrost.api.journal.Writer;
import bifrost.api.ledger.Slot;
import bifrost.runtime.journal.file.LocalFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal with its threads, on a real disk. */
class JournalThreadsTest {
  @TempDir private Path folder;

  private final ModelStore store = new ModelStore(1);

  @Test
  void recordsAreCommittedAndDrainedByTheThreadsAndTheFilesGo() throws Exception {
    SpoolJournal journal = open(1);
    JournalThreads threads = new JournalThreads(journal, Duration.ofMillis(5));
    threads.start();
    for (int i = 1; i <= 1_000; i++) {
      assertEquals(Appended.KEPT, journal.append(Records.log(i)));
    }
    await(() -> journal.writer(JournalStream.ACCOUNTING).durableSeq() == 1_000);
    await(() -> journal.drain().progress(JournalStream.ACCOUNTING).rows() == 1_000);
    threads.stop(Duration.ofSeconds(5));
    journal.close(Duration.ofSeconds(5));
    assertEquals(1_000, store.logs.size());

    SpoolJournal next = open(2);
    JournalThreads nextThreads = new JournalThreads(next, Duration.ofMillis(5));
    nextThreads.start();
    await(() -> !Files.exists(folder.resolve("0000000000000000001")));
    nextThreads.stop(Duration.ofSeconds(5));
    next.close(Duration.ofSeconds(5));
  }

  @Test
  void appendingWaitsForTheDiskAndNotForTheNextRecordWhereThatIsAskedFor() throws Exception {
    JournalSettings process = TestNode.settings(64 << 10, 8 << 20, 8 << 20, true);
    SpoolJournal journal = open(1, TestNode.waitingForDisk(process));
    JournalThreads threads = new JournalThreads(journal, Duration.ofMillis(5));
    threads.start();
    for (int i = 1; i <= 5; i++) {
      assertEquals(Appended.KEPT, journal.append(Records.log(i)));
      assertEquals(i, journal.writer(JournalStream.ACCOUNTING).durableSeq());
    }
    threads.stop(Duration.ofSeconds(5));
    journal.close(Duration.ofSeconds(5));
  }

  @Test
  void closingDoesNotNeedTheStoreAndTheNextLifeHasTheCounters() throws Exception {
    store.away = true;
    SpoolJournal journal = open(1);
    JournalThreads threads = new JournalThreads(journal, Duration.ofMillis(5));
    threads.start();
    journal.append(Records.counter("budget", 70));
    journal.append(Records.counter("budget", 60));
    threads.stop(Duration.ofSeconds(5));
    journal.close(Duration.ofSeconds(5));

    SpoolJournal next = open(2);
    next.keeper().keep();
    List<Slot> slots = next.keeper().counters().get(1, TimeUnit.SECONDS);
    next.close(Duration.ofSeconds(5));

    assertEquals(
        List.of(new Slot("budget", Records.START, Records.START + 86_400_000, "node", 1, 70)),
        slots);
  }

  @Test
  void filesAreReadableByTheirOwnerOnly() throws Exception {
    SpoolJournal journal = open(1);
    journal.append(Records.log(1));
    journal.close(Duration.ofSeconds(5));

    Path life = folder.resolve("0000000000000000001");
    assertEquals("[OWNER_EXECUTE, OWNER_READ, OWNER_WRITE]", permissions(life));
    try (var files = Files.list(life)) {
      for (Path file : files.toList()) {
        assertEquals("[OWNER_READ, OWNER_WRITE]", permissions(file));
      }
    }
  }

  private static String permissions(Path path) throws Exception {
    return Files.getPosixFilePermissions(path).stream()
        .map(Enum::name)
        .sorted()
        .toList()
        .toString();
  }

  private SpoolJournal open(long epoch) {
    return open(epoch, TestNode.settings(64 << 10, 8 << 20, 8 << 20, true));
  }

  private SpoolJournal open(long epoch, JournalSettings settings) {
    return new SpoolJournal(
        new Surroundings(
            new LocalFolder(folder),
            new Writer("node", epoch),
            Records::row,
            () -> Optional.of(store),
            System::currentTimeMillis,
            System::nanoTime,
            Thread::sleep,
            new Random(5),
            Records.SEAL),
        settings);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "it does not happen");
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
