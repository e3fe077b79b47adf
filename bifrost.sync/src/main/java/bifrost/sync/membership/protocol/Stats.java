package bifrost.sync.membership.protocol;

import bifrost.sync.membership.wire.DropReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a node has counted since it started; read by any thread. */
public final class Stats {
  /** Packets sent. */
  public final LongAdder packetsOut = new LongAdder();

  /** Bytes of packets sent. */
  public final LongAdder packetBytesOut = new LongAdder();

  /** Packets received. */
  public final LongAdder packetsIn = new LongAdder();

  /** Bytes of packets received. */
  public final LongAdder packetBytesIn = new LongAdder();

  /** Streams opened to others. */
  public final LongAdder streamsOut = new LongAdder();

  /** Streams opened by others. */
  public final LongAdder streamsIn = new LongAdder();

  /** Bytes sent in streams. */
  public final LongAdder streamBytesOut = new LongAdder();

  /** Exchanges of everything that succeeded. */
  public final LongAdder synced = new LongAdder();

  /** Exchanges of everything that failed. */
  public final LongAdder syncFailed = new LongAdder();

  /** Probes that were answered directly. */
  public final LongAdder probesDirect = new LongAdder();

  /** Probes that were answered through another member. */
  public final LongAdder probesIndirect = new LongAdder();

  /** Probes that only TCP answered. */
  public final LongAdder probesTcp = new LongAdder();

  /** Probes that nobody answered. */
  public final LongAdder probesFailed = new LongAdder();

  /** Suspicions that began. */
  public final LongAdder suspicions = new LongAdder();

  /** Times that this node refuted a claim about itself. */
  public final LongAdder refutations = new LongAdder();

  /** Claims of a name that another address already has. */
  public final LongAdder conflicts = new LongAdder();

  private final Map<DropReason, LongAdder> drops = new EnumMap<>(DropReason.class);

  /** All zero. */
  public Stats() {
    for (DropReason reason : DropReason.values()) {
      drops.put(reason, new LongAdder());
    }
  }

  /** Counts what was dropped. */
  public void drop(DropReason reason) {
    drops.get(reason).increment();
  }

  /** How much was dropped for a reason. */
  public long dropped(DropReason reason) {
    return drops.get(reason).sum();
  }
}
