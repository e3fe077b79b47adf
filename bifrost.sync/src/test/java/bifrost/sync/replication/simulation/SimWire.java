package bifrost.sync.replication.simulation;

import bifrost.sync.membership.simulation.VirtualTime;
import bifrost.sync.replication.link.Link;
import bifrost.sync.replication.link.LinkListener;
import bifrost.sync.replication.link.Links;
import bifrost.sync.replication.message.SyncMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * The twin of the transport: ordered links in virtual time with delay and jitter, so that messages
 * of different links overtake each other; loss, which ends a link; messages of state that come
 * twice; cuts in which everything waits and nobody is told; a bounded window of what is under way.
 */
final class SimWire {
  private static final int WINDOW = 64;
  private static final long RETRANSMIT = 200_000_000L;

  private final VirtualTime time;
  private final Random random;
  private final Map<String, SimEnd> ends = new HashMap<>();
  private final Set<SimLink> open = new LinkedHashSet<>();
  private final Meter meter;
  private BiPredicate<String, String> cut = (a, b) -> false;
  private Delay delay = (a, b) -> 1_000_000L;
  private Translation translation = (to, message) -> message;
  private double loss;
  private double duplication;

  /** One-way delays. */
  interface Delay {
    long nanos(String from, String to);
  }

  /** What a node of another release makes of a message. */
  interface Translation {
    SyncMessage translate(String to, SyncMessage message);
  }

  /** Sees what is sent. */
  interface Meter {
    void sent(SimLink link, SyncMessage message);
  }

  SimWire(VirtualTime time, Random random, Meter meter) {
    this.time = time;
    this.random = random;
    this.meter = meter;
  }

  void delay(Delay next) {
    delay = next;
  }

  void translation(Translation next) {
    translation = next;
  }

  /** Between whom nothing passes. */
  void cut(BiPredicate<String, String> next) {
    cut = next;
  }

  void heal() {
    cut = (a, b) -> false;
  }

  /** The chance that a message breaks its link, and that it comes twice. */
  void quality(double lossChance, double duplicationChance) {
    loss = lossChance;
    duplication = duplicationChance;
  }

  /** A node's transport; replaces the one that it had before. */
  Links end(String node) {
    SimEnd end = new SimEnd(node);
    ends.put(node, end);
    return end;
  }

  /** The node's process ends: its links break, the others are told. */
  void crash(String node) {
    SimEnd end = ends.remove(node);
    if (end != null) {
      end.listener = null;
      for (SimLink link : List.copyOf(open)) {
        if (link.end == end) {
          link.breakNow("the process ended");
        }
      }
    }
  }

  /** Breaks some link, as a middlebox does. */
  void breakOne() {
    open.stream()
        .skip(open.isEmpty() ? 0 : random.nextInt(open.size()))
        .findFirst()
        .ifPresent(link -> link.breakNow("reset"));
  }

  private long delay(String from, String to) {
    return (long) (delay.nanos(from, to) * (1 + 0.2 * Math.abs(random.nextGaussian())));
  }

  private final class SimEnd implements Links {
    private final String node;
    private LinkListener listener;

    private SimEnd(String node) {
      this.node = node;
    }

    @Override
    public void start(LinkListener next) {
      listener = next;
    }

    @Override
    public void dial(String nodeId, String address) {
      long there = delay(node, nodeId) + delay(nodeId, node);
      time.at(time.now() + there, () -> connect(nodeId, 1));
    }

    /** In a cut the first packet is sent again after one second and after three. */
    private void connect(String nodeId, int attempt) {
      SimEnd other = ends.get(nodeId);
      if (listener == null) {
        return;
      }
      if (cut.test(node, nodeId) || cut.test(nodeId, node)) {
        if (attempt < 3) {
          time.at(time.now() + attempt * 1_000_000_000L, () -> connect(nodeId, attempt + 1));
        } else {
          listener.failed(nodeId, "timeout");
        }
      } else if (other == null || other.listener == null) {
        listener.failed(nodeId, "refused");
      } else {
        SimLink mine = new SimLink(this, nodeId, true);
        SimLink its = new SimLink(other, node, false);
        mine.peer = its;
        its.peer = mine;
        open.add(mine);
        open.add(its);
        other.listener.opened(its);
        listener.opened(mine);
      }
    }

    @Override
    public void close() {
      crash(node);
    }
  }

  /** One side of a link. */
  final class SimLink implements Link {
    private final SimEnd end;
    private final String to;
    private final boolean dialled;
    private SimLink peer;
    private final Deque<SyncMessage> stuck = new ArrayDeque<>();
    private long lastArrival;
    private int underWay;
    private boolean waiting;
    private boolean closed;

    private SimLink(SimEnd end, String to, boolean dialled) {
      this.end = end;
      this.to = to;
      this.dialled = dialled;
    }

    String from() {
      return end.node;
    }

    String to() {
      return to;
    }

    @Override
    public Optional<String> dialled() {
      return dialled ? Optional.of(to) : Optional.empty();
    }

    @Override
    public Optional<String> proved() {
      return Optional.empty();
    }

    @Override
    public String remote() {
      return to + ":10102";
    }

    @Override
    public boolean isReady() {
      return underWay < WINDOW;
    }

    @Override
    public void send(SyncMessage message) {
      if (closed) {
        return;
      }
      meter.sent(this, message);
      if (random.nextDouble() < loss) {
        breakNow("reset");
        return;
      }
      boolean twice =
          random.nextDouble() < duplication
              && (message instanceof SyncMessage.Counters
                  || message instanceof SyncMessage.Changes
                  || message instanceof SyncMessage.Progress);
      deliver(message);
      if (twice) {
        deliver(message);
      }
    }

    private void deliver(SyncMessage message) {
      underWay++;
      lastArrival = Math.max(lastArrival, time.now() + delay(end.node, to));
      stuck.add(message);
      time.at(lastArrival, this::arrive);
    }

    /** In a cut everything waits, as what TCP sends again; then it comes in order. */
    private void arrive() {
      if (closed || peer.closed || stuck.isEmpty()) {
        return;
      }
      if (cut.test(end.node, to)) {
        time.at(time.now() + RETRANSMIT, this::arrive);
        return;
      }
      peer.end.listener.received(peer, translation.translate(to, stuck.poll()));
    }

    @Override
    public void processed() {
      peer.underWay--;
      if (!peer.waiting && peer.underWay == WINDOW / 2) {
        peer.waiting = true;
        long back = time.now() + delay(end.node, to);
        time.at(
            back,
            () -> {
              peer.waiting = false;
              if (!peer.closed && peer.end.listener != null) {
                peer.end.listener.ready(peer);
              }
            });
      }
    }

    @Override
    public void close(String reason) {
      breakNow(reason);
    }

    private void breakNow(String reason) {
      shut(reason, time.now());
      peer.shut(reason, time.now() + delay(end.node, to));
    }

    private void shut(String reason, long at) {
      time.at(
          at,
          () -> {
            if (!closed) {
              closed = true;
              open.remove(this);
              if (end.listener != null) {
                end.listener.closed(this, reason);
              }
            }
          });
    }
  }
}
