package bifrost.providers.echo;

import bifrost.api.provider.ResponseHead;
import bifrost.api.provider.ResponseSink;
import bifrost.api.provider.ResponseSink.FrameKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes JSON and events in OpenAI's format. */
record RawSink(ResponseSink sink) {
  private static final ResponseHead EVENTS =
      new ResponseHead(200, "text/event-stream; charset=utf-8", -1, List.of());

  void begin() {
    sink.head(EVENTS);
  }

  void data(String json, FrameKind kind) {
    sink.frame(bytes("data: " + json + "\n\n"), kind);
  }

  void event(String name, String json) {
    sink.frame(bytes("event: " + name + "\ndata: " + json + "\n\n"), FrameKind.CONTENT);
  }

  void json(String json) {
    ByteBuffer body = bytes(json);
    sink.head(new ResponseHead(200, "application/json", body.remaining(), List.of()));
    sink.bytes(body);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
