package bifrost.sync.membership.simulation;

import bifrost.sync.membership.protocol.Scheduler;
import bifrost.sync.membership.transport.Receiver;
import bifrost.sync.membership.transport.Transport;
import bifrost.sync.membership.wire.BadMessageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * One machine of the simulated network: a scheduler and a transport in virtual time. While it is
 * paused nothing runs and what arrives waits, up to the size of a socket's buffer.
 */
public final class SimHost implements Scheduler, Transport {
  private static final int SOCKET_BUFFER = 256;

  private final VirtualTime time;
  private final SimNetwork network;
  private final InetSocketAddress address;
  private final int region;
  private Receiver receiver;
  private boolean crashed;
  private long pausedUntil;
  private long stalledUntil;
  private int buffered;

  SimHost(VirtualTime time, SimNetwork network, InetSocketAddress address, int region) {
    this.time = time;
    this.network = network;
    this.address = address;
    this.region = region;
  }

  public InetSocketAddress address() {
    return address;
  }

  public int region() {
    return region;
  }

  public boolean isCrashed() {
    return crashed;
  }

  /** Ends it without a word. */
  public void crash() {
    crashed = true;
  }

  /** Stops it for a while, as a signal or a long collection does. */
  public void pause(long nanos) {
    pausedUntil = time.now() + nanos;
  }

  /**
   * Delays all that it sends and receives for a while, as a starved process does; timers run on.
   */
  public void stall(long nanos) {
    stalledUntil = time.now() + nanos;
  }

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
    run(task);
  }

  /** Runs a task now, or when the pause is over; never once crashed. */
  void run(Runnable task) {
    if (crashed) {
      return;
    }
    if (time.now() < pausedUntil) {
      time.at(pausedUntil, () -> run(task));
      return;
    }
    task.run();
  }

  private void ready(Runnable task) {
    if (time.now() < stalledUntil) {
      time.at(stalledUntil, () -> run(task));
    } else {
      run(task);
    }
  }

  @Override
  public void start(Receiver next) {
    this.receiver = next;
  }

  @Override
  public void send(InetSocketAddress to, byte[] packet) {
    if (time.now() < stalledUntil) {
      time.at(stalledUntil, () -> network.packet(this, to, packet));
    } else {
      network.packet(this, to, packet);
    }
  }

  @Override
  public <T> void exchange(
      InetSocketAddress to,
      byte[] request,
      Duration timeout,
      AnswerReader<T> reader,
      Outcome<T> outcome) {
    Once<T> once = new Once<>(outcome);
    Timer timer = after(timeout, () -> once.failed("timeout"));
    network.stream(
        this,
        to,
        request,
        bytes -> {
          timer.cancel();
          try {
            once.answered(reader.read(new ByteArrayInputStream(bytes)));
          } catch (BadMessageException | IOException e) {
            once.failed(e.getMessage());
          }
        },
        cause -> {
          timer.cancel();
          once.failed(cause);
        });
  }

  @Override
  public void close() {
    crashed = true;
  }

  void arrive(InetSocketAddress from, byte[] packet) {
    if (receiver == null || crashed) {
      return;
    }
    if (time.now() < Math.max(pausedUntil, stalledUntil) && ++buffered > SOCKET_BUFFER) {
      return;
    }
    ready(
        () -> {
          buffered = 0;
          if (receiver.admits(from.getAddress(), false)) {
            receiver.packet(from, packet);
          }
        });
  }

  void accept(InetSocketAddress from, byte[] request, Receiver.Answer answer) {
    ready(
        () -> {
          if (receiver == null) {
            return;
          }
          try {
            if (!receiver.stream(from, new ByteArrayInputStream(request), answer)) {
              answer.none();
            }
          } catch (IOException e) {
            answer.none();
          }
        });
  }

  private static final class Once<T> implements Outcome<T> {
    private Outcome<T> next;

    Once(Outcome<T> next) {
      this.next = next;
    }

    @Override
    public void answered(T answer) {
      Outcome<T> outcome = take();
      if (outcome != null) {
        outcome.answered(answer);
      }
    }

    @Override
    public void failed(String cause) {
      Outcome<T> outcome = take();
      if (outcome != null) {
        outcome.failed(cause);
      }
    }

    private Outcome<T> take() {
      Outcome<T> outcome = next;
      next = null;
      return outcome;
    }
  }
}
