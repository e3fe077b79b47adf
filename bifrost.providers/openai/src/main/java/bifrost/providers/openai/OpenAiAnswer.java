package bifrost.providers.openai;

import bifrost.api.model.Operation;
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

  OpenAiAnswer(ProviderCall call, UpstreamResponse response, ResponseHead head, ResponseSink sink) {
    this.call = call;
    this.response = response;
    this.head = head;
    this.sink = sink;
  }

  Outcome relay() throws InterruptedException {
    boolean json = head.contentType().contains("json");
    boolean begun = false;
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

  private Optional<Usage> usage() {
    Optional<Usage> reported = scanner.value(USAGE).flatMap(OpenAiUsage::parse);
    int images = call.operation() == Operation.IMAGE_GENERATION ? scanner.count(DATA) : 0;
    return images == 0 ? reported : Optional.of(withImages(reported.orElse(Usage.NONE), images));
  }

  private static Usage withImages(Usage usage, int images) {
    return new Usage(
        usage.inputTokens(),
        usage.outputTokens(),
        usage.cacheReadTokens(),
        usage.cacheWriteTokens(),
        usage.reasoningTokens(),
        images,
        usage.audioMillis(),
        usage.characters());
  }
}
