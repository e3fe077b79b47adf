package bifrost.runtime.journal.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.journal.Journal.Appended;
import bifrost.api.journal.JournalStream;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.Writer;
import bifrost.runtime.journal.Records;
import bifrost.runtime.journal.file.JournalFile;
import bifrost.runtime.journal.file.JournalFolder;
import bifrost.runtime.journal.file.LocalFolder;
import bifrost.runtime.journal.file.SimulatedDisk;
import bifrost.runtime.journal.record.RecordCodec;
import bifrost.runtime.journal.record.SpoolRecord;
import bifrost.runtime.journal.segment.Frame;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolWriterStress {
  private static final int THREADS = 400;
  private static final int EACH = 50;

  @TempDir private Path folder;

  @Test
  void everyRecordOfManyThreadsIsThereOnceWhenAppendingReturns() throws Exception {
    check(new LocalFolder(folder.resolve("process")), false, false);
  }

  @Test
  void everyRecordIsOnDiskWhenAppendingWaitsForIt() throws Exception {
    check(new LocalFolder(folder.resolve("power")), true, false);
  }

  @Test
  void threadsThatAreInterruptedLoseNothingAndStayInterrupted() throws Exception {
    check(new LocalFolder(folder.resolve("interrupted")), false, true);
  }

  private static void check(JournalFolder files, boolean power, boolean interrupt)
      throws Exception {
    Spool spool = new Spool(files, JournalStream.ACCOUNTING, new Writer("node", 1));
    SpoolWriter writer =
        new SpoolWriter(
            spool, 0, settings(256 << 10, power, Duration.ofSeconds(30)), () -> {}, () -> {});
    AtomicBoolean done = new AtomicBoolean();
    Thread committer =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!done.get()) {
                    writer.commit();
                    Thread.onSpinWait();
                  }
                });
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> results =
          IntStream.range(0, THREADS)
              .mapToObj(thread -> executor.submit(() -> appendAll(writer, thread, interrupt)))
              .toList();
      for (Future<Boolean> result : results) {
        assertTrue(result.get());
      }
    } finally {
      done.set(true);
      committer.join();
    }
    if (power) {
      assertEquals(THREADS * EACH, writer.durableSeq());
    }
    // as after a kill: the writer is not closed
    Set<String> ids = new HashSet<>();
    List<Spool> recovered = new SpoolRecovery(files).recover();
    assertEquals(1, recovered.size());
    SpoolReader reader = new SpoolReader(recovered.getFirst(), 0);
    Optional<SpoolReader.Run> run;
    long expected = 1;
    while ((run = reader.read(1_000, 1 << 20)).isPresent()) {
      assertEquals(0, run.get().lost());
      for (Frame frame : run.get().frames()) {
        assertEquals(expected++, frame.seq());
        RequestLog log = ((SpoolRecord.Log) RecordCodec.decode(frame.record())).log();
        assertTrue(ids.add(log.id()), log.id());
      }
      reader.confirm(run.get().through());
    }
    assertEquals(THREADS * EACH, ids.size());
    writer.close(Duration.ofSeconds(10));
  }

  private static boolean appendAll(SpoolWriter writer, int thread, boolean interrupt) {
    for (int i = 0; i < EACH; i++) {
      if (interrupt && i % 3 == 0) {
        Thread.currentThread().interrupt();
      }
      Appended appended =
          writer.append(RecordCodec.encode(new SpoolRecord.Log(Records.log(thread * EACH + i))));
      if (appended != Appended.KEPT || interrupt && i % 3 == 0 && !Thread.interrupted()) {
        return false;
      }
    }
    return true;
  }

  @Test
  void diskThatHangsHoldsNobodyForLongAndMemoryStaysBounded() throws Exception {
    HangingFolder hanging = new HangingFolder(new SimulatedDisk(1).root());
    Spool spool = new Spool(hanging, JournalStream.ACCOUNTING, new Writer("node", 1));
    AtomicLong changes = new AtomicLong();
    SpoolWriter writer =
        new SpoolWriter(
            spool,
            0,
            settings(1 << 20, false, Duration.ofMillis(20)),
            () -> {},
            changes::incrementAndGet);
    writer.append(RecordCodec.encode(new SpoolRecord.Log(Records.log(1))));
    hanging.hang = new CountDownLatch(1);
    Set<Appended> outcomes = ConcurrentHashMap.newKeySet();
    Thread stuck =
        Thread.ofVirtual()
            .start(
                () ->
                    outcomes.add(
                        writer.append(RecordCodec.encode(new SpoolRecord.Log(Records.log(2))))));
    hanging.entered.await();
    for (int i = 3; i <= 5_000; i++) {
      assertEquals(
          Appended.PENDING, writer.append(RecordCodec.encode(new SpoolRecord.Log(Records.log(i)))));
    }
    assertTrue(writer.isStalled());
    assertEquals(1, changes.get());
    assertTrue(writer.pendingRecords() < 1_000, "records " + writer.pendingRecords());

    hanging.hang.countDown();
    stuck.join();

    assertFalse(writer.isSuspended());
    assertEquals(Set.of(Appended.KEPT), outcomes);
    assertEquals(0, writer.pendingRecords());
    assertEquals(5_000, spool.lastSeq());
    writer.close(Duration.ofSeconds(1));
  }

  private static SpoolSettings settings(long segment, boolean power, Duration wait) {
    AtomicLong salt = new AtomicLong();
    return new SpoolSettings(
        segment, 64 << 10, power, wait, 100, () -> Records.START, salt::incrementAndGet);
  }

  /** A folder whose writes hang on demand. */
  private static final class HangingFolder implements JournalFolder {
    private final JournalFolder folder;
    private final CountDownLatch entered = new CountDownLatch(1);
    private volatile CountDownLatch hang = new CountDownLatch(0);

    HangingFolder(JournalFolder folder) {
      this.folder = folder;
    }

    @Override
    public JournalFolder folder(String name) {
      return this;
    }

    @Override
    public List<String> list() throws IOException {
      return folder.list();
    }

    @Override
    public JournalFile create(String name) throws IOException {
      return new HangingFile(folder.create(name));
    }

    @Override
    public JournalFile open(String name) throws IOException {
      return folder.open(name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      folder.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
      folder.delete(name);
    }

    @Override
    public void sync() throws IOException {
      folder.sync();
    }

    private final class HangingFile implements JournalFile {
      private final JournalFile file;

      HangingFile(JournalFile file) {
        this.file = file;
      }

      @Override
      public long size() throws IOException {
        return file.size();
      }

      @Override
      public void write(long position, byte[] bytes, int offset, int length) throws IOException {
        if (hang.getCount() > 0) {
          entered.countDown();
          try {
            hang.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        }
        file.write(position, bytes, offset, length);
      }

      @Override
      public int read(long position, byte[] bytes, int offset, int length) throws IOException {
        return file.read(position, bytes, offset, length);
      }

      @Override
      public void truncate(long size) throws IOException {
        file.truncate(size);
      }

      @Override
      public void sync() throws IOException {
        file.sync();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    }
  }
}
