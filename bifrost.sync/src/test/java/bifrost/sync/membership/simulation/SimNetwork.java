package bifrost.sync.membership.simulation;

import bifrost.sync.membership.transport.Receiver;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * The network between simulated hosts: delay with jitter (so packets overtake each other), loss,
 * duplication, and cuts of single directions. Streams survive loss, which only delays them.
 */
public final class SimNetwork {
  private static final long RETRANSMIT = 200_000_000L;
  private static final int MAX_RETRANSMITS = 6;

  private final VirtualTime time;
  private final Random random;
  private final Map<InetSocketAddress, SimHost> hosts = new HashMap<>();
  private BiPredicate<SimHost, SimHost> cut = (from, to) -> false;
  private boolean packetsBlocked;
  private double loss;
  private double duplication;
  private double jitter = 0.2;
  private long localDelay = 300_000L;
  private long[][] delays = {{}};

  public SimNetwork(VirtualTime time, Random random) {
    this.time = time;
    this.random = random;
  }

  public SimHost host(InetSocketAddress address, int region) {
    SimHost host = new SimHost(time, this, address, region);
    hosts.put(address, host);
    return host;
  }

  /** The chance that a packet is lost, and that it comes twice. */
  public void quality(double lossChance, double duplicationChance, double jitterShare) {
    this.loss = lossChance;
    this.duplication = duplicationChance;
    this.jitter = jitterShare;
  }

  /** One-way delays between regions, in nanoseconds. */
  public void delays(long[][] between) {
    this.delays = between;
  }

  /** Which directions are cut. */
  public void cut(BiPredicate<SimHost, SimHost> next) {
    this.cut = next;
  }

  /** Whether packets are blocked while streams pass, as a firewall without UDP does. */
  public void blockPackets(boolean blocked) {
    this.packetsBlocked = blocked;
  }

  /** Nothing is cut. */
  public void heal() {
    this.cut = (from, to) -> false;
  }

  void packet(SimHost from, InetSocketAddress to, byte[] packet) {
    SimHost host = hosts.get(to);
    if (host == null || packetsBlocked || cut.test(from, host)) {
      return;
    }
    int copies = random.nextDouble() < duplication ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (random.nextDouble() >= loss) {
        time.at(time.now() + delay(from, host), () -> host.arrive(from.address(), packet));
      }
    }
  }

  void stream(
      SimHost from,
      InetSocketAddress to,
      byte[] request,
      Consumer<byte[]> answered,
      Consumer<String> failed) {
    SimHost host = hosts.get(to);
    if (host == null || cut.test(from, host) || cut.test(host, from)) {
      return;
    }
    long there = segment(from, host) + segment(host, from) + segment(from, host);
    time.at(
        time.now() + there,
        () -> {
          if (cut.test(from, host) || cut.test(host, from)) {
            return;
          }
          if (host.isCrashed()) {
            from.run(() -> failed.accept("refused"));
            return;
          }
          host.accept(from.address(), request, new Back(host, from, answered, failed));
        });
  }

  private long segment(SimHost from, SimHost to) {
    long delay = delay(from, to);
    for (int i = 0; i < MAX_RETRANSMITS && random.nextDouble() < loss; i++) {
      delay += RETRANSMIT << i;
    }
    return delay;
  }

  private long delay(SimHost from, SimHost to) {
    long base = from.region() == to.region() ? localDelay : delays[from.region()][to.region()];
    return (long) (base * (1 + jitter * Math.abs(random.nextGaussian())));
  }

  private final class Back implements Receiver.Answer {
    private final SimHost from;
    private final SimHost to;
    private final Consumer<byte[]> answered;
    private final Consumer<String> failed;

    Back(SimHost from, SimHost to, Consumer<byte[]> answered, Consumer<String> failed) {
      this.from = from;
      this.to = to;
      this.answered = answered;
      this.failed = failed;
    }

    @Override
    public void send(byte[] bytes) {
      later(() -> answered.accept(bytes));
    }

    @Override
    public void none() {
      later(() -> failed.accept("closed without an answer"));
    }

    private void later(Runnable task) {
      time.at(
          time.now() + segment(from, to),
          () -> {
            if (!cut.test(from, to)) {
              to.run(task);
            }
          });
    }
  }
}
