package bifrost.providers.openai;

import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.ResponseHead;
import bifrost.api.provider.ResponseSink;
import bifrost.api.provider.ResponseSink.FrameKind;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.JsonFieldScanner;
import bifrost.providers.http.JsonFieldScanner.Field;
import bifrost.providers.http.SseReader;
import bifrost.providers.http.UpstreamErrors;
import bifrost.providers.http.UpstreamException;
import bifrost.providers.http.UpstreamResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Passes a stream of events on, frame by frame, and reads in passing its usage, its errors and
 * whether it came to its proper end. For one stream.
 */
final class OpenAiStream {
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST_FRAME = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_VALUE_BYTES = 16 * 1024;

  /** Frames of whole responses and images are larger than a chat's. */
  private static final int MAX_LARGE_FRAME_BYTES = 32 << 20;

  private static final int USAGE = 0;
  private static final int RESPONSE_USAGE = 1;
  private static final int GROQ_USAGE = 2;
  private static final int CHOICES = 3;
  private static final int ERROR = 4;
  private static final int TYPE = 5;

  private final ProviderCall call;
  private final UpstreamResponse response;
  private final ResponseHead head;
  private final ResponseSink sink;
  private final SseReader events;
  private final JsonFieldScanner scanner =
      new JsonFieldScanner(
          new Field("usage", MAX_VALUE_BYTES),
          new Field("response.usage", MAX_VALUE_BYTES),
          new Field("x_groq.usage", MAX_VALUE_BYTES),
          new Field("choices", 2),
          new Field("error", MAX_VALUE_BYTES),
          new Field("type", 64));
  private final boolean completion;
  private boolean begun;
  private boolean ended;

  OpenAiStream(ProviderCall call, UpstreamResponse response, ResponseHead head, ResponseSink sink) {
    this.call = call;
    this.response = response;
    this.head = head;
    this.sink = sink;
    this.completion =
        call.operation() == Operation.CHAT_COMPLETION
            || call.operation() == Operation.TEXT_COMPLETION;
    this.events =
        new SseReader(
            response::next, completion ? SseReader.MAX_FRAME_BYTES : MAX_LARGE_FRAME_BYTES);
    this.ended = !hasEnd();
  }

  Outcome relay() throws InterruptedException {
    try {
      while (events.advance()) {
        ByteBuffer data = events.data();
        if (!data.hasRemaining()) {
          comment();
        } else if (isDone(data)) {
          pass(FrameKind.DONE);
          return Outcome.COMPLETED;
        } else {
          Optional<Outcome> failed = event(data);
          if (failed.isPresent()) {
            return failed.get();
          }
        }
      }
    } catch (UpstreamException e) {
      return Outcome.failed(begun ? e.asCut() : e.failure());
    }
    if (begun && endsInMark()) {
      sink.frame(ByteBuffer.wrap(LAST_FRAME), FrameKind.DONE);
      return Outcome.COMPLETED;
    }
    return ended && begun ? Outcome.COMPLETED : endedEarly();
  }

  /** Whether the stream ended in its mark, without the empty line that belongs there. */
  private boolean endsInMark() {
    String rest = StandardCharsets.UTF_8.decode(events.remainder()).toString().strip();
    return rest.startsWith("data:") && rest.substring(5).strip().equals("[DONE]");
  }

  /** Comments before the first event keep no answer alive that might still be tried elsewhere. */
  private void comment() {
    if (begun) {
      pass(FrameKind.CONTENT);
    }
  }

  private Optional<Outcome> event(ByteBuffer data) {
    scanner.reset();
    scanner.feed(data);
    boolean failed =
        scanner.found(ERROR) && !scanner.is(ERROR, "null") || scanner.is(TYPE, "\"error\"");
    if (failed) {
      return Optional.of(Outcome.failed(error(data)));
    }
    boolean used = usage(USAGE) || usage(RESPONSE_USAGE) || usage(GROQ_USAGE);
    ended |= isLastOfResponse();
    pass(used && completion && scanner.is(CHOICES, "[]") ? FrameKind.USAGE : FrameKind.CONTENT);
    return Optional.empty();
  }

  private UpstreamFailure error(ByteBuffer data) {
    byte[] json = new byte[data.remaining()];
    data.get(json);
    UpstreamFailure failure =
        UpstreamErrors.ofEvent(json, call.target().provider(), call.target().credential());
    if (!begun) {
      return failure;
    }
    pass(FrameKind.CONTENT);
    return UpstreamFailure.of(Kind.CUT, failure.message(), true);
  }

  private boolean usage(int field) {
    if (!scanner.found(field) || scanner.is(field, "null")) {
      return false;
    }
    Optional<Usage> usage = scanner.value(field).flatMap(OpenAiUsage::parse);
    usage.ifPresent(sink::usage);
    return usage.isPresent();
  }

  private void pass(FrameKind kind) {
    if (!begun) {
      begun = true;
      sink.head(head);
    }
    sink.frame(events.frame(), kind);
  }

  private Outcome endedEarly() {
    String message = call.target().provider() + " ended its stream too early";
    return Outcome.failed(UpstreamFailure.of(begun ? Kind.CUT : Kind.PROTOCOL, message, true));
  }

  /** Whether the end of the answer shows in the stream itself. */
  private boolean hasEnd() {
    return completion && !call.target().provider().equals(OpenAiVendors.PERPLEXITY)
        || call.operation() == Operation.RESPONSES;
  }

  private boolean isLastOfResponse() {
    return scanner.is(TYPE, "\"response.completed\"")
        || scanner.is(TYPE, "\"response.incomplete\"")
        || scanner.is(TYPE, "\"response.failed\"")
        || scanner.is(TYPE, "\"response.cancelled\"");
  }

  private static boolean isDone(ByteBuffer data) {
    if (data.remaining() < DONE.length || data.remaining() > DONE.length + 2) {
      return false;
    }
    for (int i = 0; i < DONE.length; i++) {
      if (data.get(data.position() + i) != DONE[i]) {
        return false;
      }
    }
    return true;
  }
}
