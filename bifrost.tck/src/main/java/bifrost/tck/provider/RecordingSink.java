package bifrost.tck.provider;

import bifrost.api.model.Answer;
import bifrost.api.model.ChatEvent;
import bifrost.api.model.Usage;
import bifrost.api.provider.CallCancelledException;
import bifrost.api.provider.Cancellation;
import bifrost.api.provider.ResponseHead;
import bifrost.api.provider.ResponseSink;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A sink that keeps what a provider writes, and notes every fault in how it is written.
 *
 * <p>The provider writes from its call's thread; the test looks on from another one, and may wait
 * for what it expects.
 */
public final class RecordingSink implements ResponseSink {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Cancellation cancellation;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Frame> frames = new ArrayList<>();
  private final List<ChatEvent> events = new ArrayList<>();
  private final List<Usage> usages = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private Optional<ResponseHead> head = Optional.empty();
  private Optional<Answer> answer = Optional.empty();
  private boolean sealed;
  private Predicate<RecordingSink> gate = sink -> true;

  /**
   * A frame that was written.
   *
   * @param text its bytes as UTF-8
   * @param kind its kind
   */
  public record Frame(String text, FrameKind kind) {}

  /** A sink of a call that is never cancelled. */
  public RecordingSink() {
    this(new TestCancellation());
  }

  /** A sink that throws once the call is cancelled, as the core's does. */
  public RecordingSink(Cancellation cancellation) {
    this.cancellation = cancellation;
    cancellation.onCancel(() -> update(() -> {}));
  }

  /** Lets content be taken only while a condition holds: a slow client. */
  public void takeWhile(Predicate<RecordingSink> condition) {
    update(() -> gate = condition);
  }

  /** From here on each write is a fault: the call has returned. */
  public void seal() {
    update(() -> sealed = true);
  }

  @Override
  public void head(ResponseHead newHead) {
    write(
        () -> {
          fault(head.isPresent(), "P4: a second head");
          fault(hasContent(), "P4: a head after content");
          head = Optional.of(newHead);
        });
  }

  @Override
  public void bytes(ByteBuffer data) {
    write(
        () -> {
          fault(head.isEmpty(), "P4: bytes before a head");
          bytes.writeBytes(copy(data));
        });
  }

  @Override
  public void frame(ByteBuffer data, FrameKind kind) {
    write(
        () -> {
          fault(head.isEmpty(), "P4: a frame before a head");
          byte[] copy = copy(data);
          bytes.writeBytes(copy);
          frames.add(new Frame(new String(copy, StandardCharsets.UTF_8), kind));
        });
  }

  @Override
  public void event(ChatEvent event) {
    write(
        () -> {
          boolean first = event instanceof ChatEvent.Started;
          fault(first != events.isEmpty(), "an answer has one Started, at its begin");
          fault(head.isPresent(), "an event after a head");
          events.add(event);
        });
  }

  @Override
  public void answer(Answer newAnswer) {
    write(
        () -> {
          fault(answer.isPresent() || hasContent(), "an answer after other content");
          answer = Optional.of(newAnswer);
        });
  }

  @Override
  public void usage(Usage usage) {
    write(() -> usages.add(usage));
  }

  /** The head, where one was written. */
  public Optional<ResponseHead> head() {
    return read(() -> head);
  }

  /** All bytes of the body: those written as bytes and those of frames. */
  public byte[] body() {
    return read(bytes::toByteArray);
  }

  /** The body as UTF-8. */
  public String text() {
    return new String(body(), StandardCharsets.UTF_8);
  }

  /** The frames in their order. */
  public List<Frame> frames() {
    return read(() -> List.copyOf(frames));
  }

  /** The frames of a kind. */
  public List<String> frames(FrameKind kind) {
    return frames().stream().filter(f -> f.kind() == kind).map(Frame::text).toList();
  }

  /** The events in their order. */
  public List<ChatEvent> events() {
    return read(() -> List.copyOf(events));
  }

  /** The whole answer, where one was written. */
  public Optional<Answer> answer() {
    return read(() -> answer);
  }

  /** The usage as it was reported last. */
  public Optional<Usage> usage() {
    return read(() -> usages.isEmpty() ? Optional.empty() : Optional.of(usages.getLast()));
  }

  /** What was wrong with how the provider wrote; empty when nothing was. */
  public List<String> faults() {
    return read(() -> List.copyOf(faults));
  }

  /** Whether nothing at all was written. */
  public boolean isUntouched() {
    return read(() -> head.isEmpty() && usages.isEmpty() && !hasContent());
  }

  /** Whether content was written, which commits the answer. */
  public boolean isCommitted() {
    return read(this::hasContent);
  }

  /**
   * Waits for something to be written.
   *
   * @throws AssertionError after ten seconds
   */
  public void await(Predicate<RecordingSink> condition) throws InterruptedException {
    long left = PATIENCE.toNanos();
    lock.lock();
    try {
      while (!condition.test(this)) {
        if (left <= 0) {
          throw new AssertionError("waited in vain, the sink holds: " + text() + events);
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean hasContent() {
    return bytes.size() > 0 || !events.isEmpty() || answer.isPresent();
  }

  private void write(Runnable change) {
    lock.lock();
    try {
      while (!gate.test(this) && !cancellation.isCancelled()) {
        changed.awaitUninterruptibly();
      }
      cancellation
          .reason()
          .ifPresent(
              reason -> {
                throw new CallCancelledException(reason);
              });
      fault(sealed, "P3: written after the call had returned");
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void update(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private <T> T read(Supplier<T> value) {
    lock.lock();
    try {
      return value.get();
    } finally {
      lock.unlock();
    }
  }

  private void fault(boolean wrong, String rule) {
    if (wrong) {
      faults.add(rule);
    }
  }

  private static byte[] copy(ByteBuffer data) {
    byte[] copy = new byte[data.remaining()];
    data.get(copy);
    return copy;
  }
}
