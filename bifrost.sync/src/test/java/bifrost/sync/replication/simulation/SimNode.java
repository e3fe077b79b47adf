package bifrost.sync.replication.simulation;

import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.ReplicationState.Conflict;
import bifrost.api.journal.Writer;
import bifrost.api.ledger.Counter;
import bifrost.api.ledger.Slot;
import bifrost.api.snapshot.Change;
import bifrost.runtime.ledger.MemoryLedger;
import bifrost.sync.membership.protocol.Scheduler;
import bifrost.sync.membership.simulation.VirtualTime;
import bifrost.sync.replication.engine.EngineSettings;
import bifrost.sync.replication.engine.Local;
import bifrost.sync.replication.engine.ReplicationEngine;
import bifrost.sync.replication.engine.Worker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One life of a simulated node: its state and its engine. */
final class SimNode {
  /** The wall clock at the start of a simulation. */
  static final long START = 1_800_000_000_000L;

  private final String id;
  private final long epoch;
  private final VirtualTime time;
  private final long skewMillis;
  private final MemoryLedger ledger;
  private final SimConfiguration configuration;
  private final ReplicationEngine engine;
  private final List<Conflict> overruled = new ArrayList<>();
  private boolean crashed;

  SimNode(
      EngineSettings settings,
      VirtualTime time,
      SimWire wire,
      long skewMillis,
      List<Change> rows,
      List<Slot> slots,
      Random random) {
    this.id = settings.node();
    this.epoch = settings.epoch();
    this.time = time;
    this.skewMillis = skewMillis;
    InstantSource clock = () -> Instant.ofEpochMilli(START + skewMillis + time.now() / 1_000_000);
    this.ledger = new MemoryLedger(new Writer(id, epoch), clock, 1_000_000, values -> {});
    this.configuration = new SimConfiguration(id, clock, rows);
    ledger.merge(slots);
    var links = wire.end(id);
    SimOwner owner = new SimOwner();
    this.engine =
        new ReplicationEngine(
            settings,
            owner,
            new SimWorker(owner),
            new Local(ledger, configuration, configuration, clock, overruled::add),
            links,
            random);
    configuration.listener(engine::published);
    links.start(engine);
    engine.start();
  }

  String id() {
    return id;
  }

  long epoch() {
    return epoch;
  }

  MemoryLedger ledger() {
    return ledger;
  }

  SimConfiguration configuration() {
    return configuration;
  }

  ReplicationEngine engine() {
    return engine;
  }

  long skewMillis() {
    return skewMillis;
  }

  /** Edits of this node that were overruled, as they were recorded. */
  List<Conflict> overruled() {
    return overruled;
  }

  boolean isCrashed() {
    return crashed;
  }

  void crash() {
    crashed = true;
  }

  void view(ClusterView view) {
    engine.viewed(view);
  }

  /** Adds to a counter of a window that outlives the simulation. */
  void add(String counter, long amount) {
    long window = START - START % 86_400_000;
    Counter open = ledger.open(counter, window, window + 2 * 86_400_000L);
    open.add(amount);
  }

  /** What a counter shows here. */
  long total(String counter) {
    return ledger.total(counter, START - START % 86_400_000);
  }

  private final class SimOwner implements Scheduler {
    @Override
    public long nanos() {
      return time.now();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
      VirtualTime.Event event = time.at(time.now() + delay.toNanos(), () -> run(task));
      return event::cancel;
    }

    @Override
    public void execute(Runnable task) {
      time.at(time.now(), () -> run(task));
    }

    private void run(Runnable task) {
      if (!crashed) {
        task.run();
      }
    }
  }

  private static final class SimWorker implements Worker {
    private final Scheduler owner;
    private int pending;

    private SimWorker(Scheduler owner) {
      this.owner = owner;
    }

    @Override
    public <T> void run(Supplier<T> work, Consumer<T> then) {
      pending++;
      owner.after(
          Duration.ofMillis(1),
          () -> {
            T result = work.get();
            owner.execute(
                () -> {
                  pending--;
                  then.accept(result);
                });
          });
    }

    @Override
    public boolean isBusy() {
      return pending > 0;
    }
  }

  static EngineSettings settings(
      String id,
      long epoch,
      String region,
      String cluster,
      boolean mesh,
      Set<String> capabilities) {
    return new EngineSettings(
        id, epoch, region, cluster, "test", capabilities, mesh, 3, EngineSettings.Times.DEFAULT);
  }
}
