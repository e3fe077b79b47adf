package bifrost.providers.openai;

import bifrost.api.model.Usage;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.ResponseHead;
import bifrost.api.provider.ResponseSink;
import bifrost.providers.http.JsonFieldScanner;
import bifrost.providers.http.JsonFieldScanner.Field;
import bifrost.providers.http.UpstreamException;
import bifrost.providers.http.UpstreamResponse;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Passes an answer's bytes on as they arrive, and reads the usage of a JSON answer in passing. */
final class OpenAiAnswer {
  private static final int USAGE = 0;
  private static final int DATA = 1;

  private final ProviderCall call;
  private final UpstreamResponse response;
  private final ResponseHead head;
  private final ResponseSink sink;
  private final JsonFieldScanner scanner =
      new JsonFieldScanner(new Field("usage", 16 * 1024), new Field("data", 2));
  private boolean begun;

  OpenAiAnswer(ProviderCall call, UpstreamResponse response, ResponseHead head, ResponseSink sink) {
    this.call = call;
    this.response = response;
    this.head = head;
    this.sink = sink;
  }

  Outcome relay() throws InterruptedException {
    boolean json = head.contentType().contains("json");
    try {
      for (ByteBuffer data = response.next(); data.hasRemaining(); data = response.next()) {
        if (!begun) {
          begun = true;
          sink.head(head);
        }
        if (json) {
          scanner.feed(data);
        }
        sink.bytes(data);
      }
      if (!begun) {
        sink.head(head);
      }
      return Outcome.COMPLETED;
    } catch (UpstreamException e) {
      return Outcome.failed(begun ? e.asCut() : e.failure());
    } finally {
      usage().ifPresent(sink::usage);
    }
  }

  /** What the answer reports, and what is counted where it reports nothing. */
  private Optional<Usage> usage() {
    Optional<Usage> reported = scanner.value(USAGE).flatMap(OpenAiUsage::parse);
    return switch (call.operation()) {
      case IMAGE_GENERATION -> Optional.of(with(reported, scanner.count(DATA), 0));
      case SPEECH -> Optional.of(with(reported, 0, begun ? OpenAiSpeech.characters(call) : 0));
      default -> reported;
    };
  }

  private static Usage with(Optional<Usage> reported, long images, long characters) {
    Usage usage = reported.orElse(Usage.NONE);
    return new Usage(
        usage.inputTokens(),
        usage.outputTokens(),
        usage.cacheReadTokens(),
        usage.cacheWriteTokens(),
        usage.reasoningTokens(),
        images,
        usage.audioMillis(),
        characters);
  }
}
