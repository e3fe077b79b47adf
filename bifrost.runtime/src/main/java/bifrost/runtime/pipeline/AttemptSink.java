package bifrost.runtime.pipeline;

import bifrost.api.model.Answer;
import bifrost.api.model.ChatEvent;
import bifrost.api.model.Header;
import bifrost.api.model.Usage;
import bifrost.api.provider.ResponseHead;
import bifrost.api.provider.ResponseSink;
import bifrost.runtime.format.EventEncoder;
import bifrost.runtime.format.InboundFormat;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongSupplier;

/** The sink of one attempt: passes content on to the client, in the inbound format. */
final class AttemptSink implements ResponseSink {
  private static final String EVENT_STREAM = "text/event-stream";
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final Exchange exchange;
  private final ClientOutput output;
  private final List<Header> extraHeaders;
  private final LongSupplier nanoTime;
  private ResponseHead head;
  private EventEncoder encoder;
  private AnswerGatherer gatherer;
  private Answer answer;
  private Usage usage = Usage.NONE;
  private long written;

  AttemptSink(
      Exchange exchange, ClientOutput output, List<Header> extraHeaders, LongSupplier nanoTime) {
    this.exchange = exchange;
    this.output = output;
    this.extraHeaders = extraHeaders;
    this.nanoTime = nanoTime;
  }

  /** Whether any content of this attempt has left. */
  boolean committed() {
    return output.started();
  }

  Usage usage() {
    return usage;
  }

  @Override
  public void head(ResponseHead responseHead) {
    exchange.cancellation().check();
    if (head != null || answer != null || encoder != null || gatherer != null) {
      throw new IllegalStateException("head() comes first, and once");
    }
    head = responseHead;
  }

  @Override
  public void bytes(ByteBuffer data) {
    exchange.cancellation().check();
    requireHead();
    if (data.hasRemaining()) {
      startRaw();
      written += data.remaining();
      write(data, written == head.length());
    }
  }

  @Override
  public void frame(ByteBuffer data, FrameKind kind) {
    exchange.cancellation().check();
    requireHead();
    if (kind == FrameKind.USAGE && !exchange.call().usageWanted()) {
      data.position(data.limit());
      return;
    }
    startRaw();
    write(data, false);
  }

  @Override
  public void event(ChatEvent event) {
    exchange.cancellation().check();
    if (head != null || answer != null) {
      throw new IllegalStateException("an answer is either raw, or events, or whole");
    }
    if (!exchange.call().stream()) {
      if (gatherer == null) {
        gatherer = new AnswerGatherer();
      }
      gatherer.add(event);
      return;
    }
    startEvents();
    write(ByteBuffer.wrap(encoder.encode(event)), false);
  }

  @Override
  public void answer(Answer whole) {
    exchange.cancellation().check();
    if (head != null || answer != null || encoder != null || gatherer != null) {
      throw new IllegalStateException("answer() comes alone, and once");
    }
    answer = whole;
  }

  @Override
  public void usage(Usage reported) {
    usage = reported;
  }

  /** The attempt completed: writes what is still to be written. */
  void complete() {
    exchange.cancellation().check();
    if (gatherer != null) {
      answer = gatherer.answer();
    }
    if (answer != null) {
      completeAnswer();
    } else if (encoder != null) {
      write(ByteBuffer.wrap(encoder.end(usage)), true);
    } else if (head != null) {
      startRaw();
      if (written != head.length()) {
        write(NOTHING.duplicate(), true);
      }
    } else {
      throw new IllegalStateException("the provider completed without an answer");
    }
  }

  private void completeAnswer() {
    if (exchange.call().stream() && answer instanceof Answer.Chat chat) {
      startEvents();
      for (ChatEvent event : AnswerGatherer.events(chat)) {
        write(ByteBuffer.wrap(encoder.encode(event)), false);
      }
      write(ByteBuffer.wrap(encoder.end(usage)), true);
      return;
    }
    InboundFormat format = exchange.request().format();
    byte[] body = format.answer(answer, usage, exchange.call());
    start(200, "application/json", body.length, List.of());
    write(ByteBuffer.wrap(body), true);
  }

  private void write(ByteBuffer data, boolean last) {
    int size = data.remaining();
    output.write(data, last);
    exchange.sent(size, nanoTime.getAsLong());
  }

  private void requireHead() {
    if (head == null) {
      throw new IllegalStateException("head() comes before content");
    }
  }

  private void startRaw() {
    if (!output.started()) {
      start(head.status(), head.contentType(), head.length(), head.headers());
    }
  }

  private void startEvents() {
    if (encoder == null) {
      encoder = exchange.request().format().events(exchange.call().usageWanted());
      start(200, EVENT_STREAM, -1, List.of());
    }
  }

  private void start(int status, String contentType, long length, List<Header> headers) {
    exchange.firstByte(nanoTime.getAsLong());
    output.start(status, contentType, length, headers, extraHeaders);
  }
}
