package bifrost.runtime.journal;

import bifrost.api.journal.JournalStream;
import bifrost.api.journal.Writer;
import bifrost.api.metrics.MetricSource;
import bifrost.runtime.journal.drain.DrainSettings;
import bifrost.runtime.journal.file.SimulatedDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** A journal on a simulated disk with a model store, driven step by step. */
final class TestNode {
  final SimulatedDisk disk;
  final ModelStore store;
  final AtomicLong millis = new AtomicLong(Records.START);
  private final Random random;
  private JournalSettings settings = settings(8_192, 64 << 10, 64 << 10, true);
  private long epoch;
  SpoolJournal journal;

  TestNode(long seed) {
    random = new Random(seed);
    disk = new SimulatedDisk(random.nextLong());
    store = new ModelStore(random.nextLong());
  }

  static JournalSettings settings(
      long segmentBytes, long accountingMax, long payloadMax, boolean refuseWhenFull) {
    return new JournalSettings(
        false,
        Duration.ofMillis(5),
        segmentBytes,
        accountingMax,
        payloadMax,
        1_024,
        32 << 10,
        40,
        refuseWhenFull,
        4_096,
        new DrainSettings(
            50,
            16 << 10,
            Duration.ofMillis(250),
            1_000_000,
            Duration.ofMillis(100),
            Duration.ofSeconds(15)));
  }

  static JournalSettings waitingForDisk(JournalSettings settings) {
    return new JournalSettings(
        true,
        settings.commitInterval(),
        settings.segmentBytes(),
        settings.accountingMaxBytes(),
        settings.payloadMaxBytes(),
        settings.payloadBodyBytes(),
        settings.memoryBytes(),
        settings.maxTotals(),
        settings.refuseWhenFull(),
        settings.reserveBytes(),
        settings.drain());
  }

  TestNode with(JournalSettings other) {
    settings = other;
    return this;
  }

  /** Starts the next life. */
  TestNode start() {
    epoch++;
    return startAgain();
  }

  /** Starts the component again within the same life. */
  TestNode startAgain() {
    journal =
        new SpoolJournal(
            new Surroundings(
                disk.root(),
                writer(),
                Records::row,
                () -> Optional.of(store),
                millis::get,
                () -> millis.get() * 1_000_000,
                time -> millis.addAndGet(time.toMillis()),
                random,
                Records.SEAL),
            settings);
    return this;
  }

  Writer writer() {
    return new Writer("node", epoch);
  }

  /** A second passes for the keeper. */
  void keep() {
    millis.addAndGet(1_000);
    journal.keeper().keep();
  }

  /** One pass of the drain. */
  void drain() {
    try {
      millis.addAndGet(journal.drainPass().toMillis());
    } catch (InterruptedException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Drains until the store has everything. */
  void drainAll() {
    keep();
    for (int i = 0; i < 2_000; i++) {
      drain();
      if (lag() == 0) {
        drain();
        return;
      }
      if (i % 50 == 49) {
        keep();
      }
    }
    throw new AssertionError("not drained: " + lag() + " records left, " + disk.paths());
  }

  long lag() {
    long lag = 0;
    for (JournalStream stream : JournalStream.values()) {
      lag += journal.drain().progress(stream).lag();
    }
    return lag;
  }

  /** A metric, all its series added. */
  double metric(String name) {
    double[] sum = {0};
    new JournalMetrics(journal, millis::get)
        .collect(
            new MetricSource.Sink() {
              @Override
              public void counter(
                  String each, String help, Map<String, String> labels, double value) {
                sum[0] += each.equals(name) ? value : 0;
              }

              @Override
              public void gauge(
                  String each, String help, Map<String, String> labels, double value) {
                sum[0] += each.equals(name) ? value : 0;
              }
            });
    return sum[0];
  }

  long lost() {
    long lost = journal.keeper().lost();
    for (JournalStream stream : JournalStream.values()) {
      lost += journal.drain().progress(stream).lost();
    }
    return lost;
  }
}
