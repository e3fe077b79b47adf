package bifrost.runtime.journal;

import bifrost.api.journal.Journal.Appended;
import bifrost.api.journal.JournalStream;
import bifrost.api.journal.Writer;
import bifrost.api.storage.JournalBatch;
import bifrost.api.storage.JournalStore;
import bifrost.runtime.journal.drain.DrainSettings;
import bifrost.runtime.journal.file.LocalFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Measures the journal on a real disk: records appended in a second by 1 and by many threads, the
 * time that an append takes, bytes per record, and records drained in a second into a store that
 * only counts. Arguments: a folder, and the seconds for each measurement.
 */
public final class JournalBench {
  /** Records appended in a second, by the design. */
  private static final int TARGET = 20_000;

  private final Path folder;
  private final int seconds;
  private long epoch;

  private JournalBench(Path folder, int seconds) {
    this.folder = folder;
    this.seconds = seconds;
  }

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    Path folder =
        args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("bifrost-journal-bench");
    JournalBench bench = new JournalBench(folder, args.length > 1 ? Integer.parseInt(args[1]) : 5);
    System.out.printf(
        "%-10s %8s %12s %10s %10s %10s%n",
        "durability", "threads", "records/s", "p50 us", "p99 us", "bytes/rec");
    bench.append(false, 16, 1);
    double least = Double.MAX_VALUE;
    for (boolean power : new boolean[] {false, true}) {
      for (int threads : new int[] {1, 32, 256}) {
        double perSecond = bench.append(power, threads, bench.seconds);
        least = power ? least : Math.min(least, perSecond);
      }
    }
    bench.drain();
    System.out.printf(
        Locale.ROOT,
        "%s  records appended in a second, durability=process: %,.0f or more, at least %,d%n",
        least >= TARGET ? "PASS" : "MISS",
        least,
        TARGET);
    delete(folder);
  }

  /** Returns the records appended in a second. */
  private double append(boolean power, int threads, int time) throws Exception {
    CountingStore store = new CountingStore();
    SpoolJournal journal = open(power, Optional.empty());
    JournalThreads background = new JournalThreads(journal, Duration.ofMillis(5));
    background.start();
    long start = System.nanoTime();
    long end = start + time * 1_000_000_000L;
    List<Future<long[]>> futures = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < threads; i++) {
        futures.add(executor.submit(() -> appendUntil(journal, end)));
      }
    }
    double elapsed = (System.nanoTime() - start) / 1e9;
    long records = 0;
    List<long[]> samples = new ArrayList<>();
    for (Future<long[]> future : futures) {
      long[] each = future.get();
      records += each[0];
      samples.add(Arrays.copyOfRange(each, 1, each.length));
    }
    long[] sorted = samples.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    long bytes = journal.keeper().bytes(JournalStream.ACCOUNTING);
    background.stop(Duration.ofSeconds(5));
    journal.close(Duration.ofSeconds(30));
    System.out.printf(
        "%-10s %8d %12.0f %10.1f %10.1f %10.0f%n",
        power ? "power" : "process",
        threads,
        records / elapsed,
        sorted[sorted.length / 2] / 1e3,
        sorted[(int) (sorted.length * 0.99)] / 1e3,
        (double) bytes / records);
    delete(folder);
    if (store.rows.get() != 0) {
      throw new IllegalStateException("drained into nowhere");
    }
    return records / elapsed;
  }

  /** The number of records, and a sample of times in nanoseconds. */
  private static long[] appendUntil(SpoolJournal journal, long end) {
    long[] samples = new long[4_096];
    long count = 0;
    long now = System.nanoTime();
    while (now < end) {
      long number = count * 31 % 100_000;
      if (journal.append(Records.log(number)) != Appended.KEPT) {
        throw new IllegalStateException("record was not kept");
      }
      long after = System.nanoTime();
      samples[(int) (++count % (samples.length - 1)) + 1] = after - now;
      now = after;
    }
    samples[0] = count;
    return count >= samples.length ? samples : Arrays.copyOf(samples, (int) count + 1);
  }

  private void drain() throws Exception {
    CountingStore store = new CountingStore();
    SpoolJournal journal = open(false, Optional.of(store));
    int records = 500_000;
    for (int i = 0; i < records; i++) {
      journal.append(Records.log(i));
    }
    long start = System.nanoTime();
    while (store.rows.get() < records) {
      journal.drainPass();
    }
    double elapsed = (System.nanoTime() - start) / 1e9;
    journal.close(Duration.ofSeconds(30));
    System.out.printf("drained into a store that only counts: %.0f records/s%n", records / elapsed);
  }

  private SpoolJournal open(boolean power, Optional<JournalStore> store) {
    return new SpoolJournal(
        new Surroundings(
            new LocalFolder(folder.resolve("journal")),
            new Writer("bench", ++epoch),
            Records::row,
            () -> store,
            System::currentTimeMillis,
            System::nanoTime,
            Thread::sleep,
            new SplittableRandom(),
            Records.SEAL),
        new JournalSettings(
            power,
            Duration.ofMillis(5),
            64 << 20,
            32L << 30,
            32L << 30,
            256 << 10,
            8 << 20,
            50_000,
            true,
            0,
            new DrainSettings(
                2_000,
                4 << 20,
                Duration.ofMillis(1),
                10_000_000,
                Duration.ofMillis(100),
                Duration.ofSeconds(15))));
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static final class CountingStore implements JournalStore {
    private final AtomicLong rows = new AtomicLong();
    private long watermark;

    @Override
    public String description() {
      return "counting store";
    }

    @Override
    public void migrate() {
      // nothing to do
    }

    @Override
    public long watermark(Writer writer, JournalStream stream) {
      return watermark;
    }

    @Override
    public long write(JournalBatch batch) {
      rows.addAndGet(batch.rows());
      watermark = batch.through();
      return watermark;
    }

    @Override
    public int deleteLogs(Instant before, int limit) {
      return 0;
    }
  }
}
