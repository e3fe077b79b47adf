package bifrost.runtime.format;

import bifrost.api.model.WireFormat;
import bifrost.api.provider.Payload;
import bifrost.runtime.format.Envelope.Span;
import bifrost.runtime.json.JsonStrings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** A JSON body in memory, with its envelope; the model is spliced, every other byte kept. */
public final class JsonBody implements CallBody {
  private static final String USAGE = "\"include_usage\":true";

  private final byte[] body;
  private final Envelope envelope;
  private final String contentType;

  JsonBody(byte[] body, Envelope envelope, String contentType) {
    this.body = body;
    this.envelope = envelope;
    this.contentType = contentType;
  }

  /** What the gateway read of it. */
  public Envelope envelope() {
    return envelope;
  }

  /** The bytes as they came in; not to be changed. */
  public byte[] array() {
    return body;
  }

  @Override
  public long length() {
    return body.length;
  }

  @Override
  public long promptBytes() {
    return envelope.promptBytes();
  }

  @Override
  public Optional<ByteBuffer> bytes() {
    return Optional.of(ByteBuffer.wrap(body).asReadOnlyBuffer());
  }

  @Override
  public String contentType() {
    return contentType;
  }

  @Override
  public Payload raw(WireFormat format, RawEdits edits) {
    Splice splice = new Splice(body);
    if (!edits.wireModel().equals(envelope.model())) {
      splice.replace(envelope.modelSpan(), JsonStrings.encode(edits.wireModel()));
    }
    if (envelope.fallbacksSpan().present()) {
      splice.replace(envelope.fallbacksSpan(), "");
    }
    if (edits.streamUsage() && envelope.stream() && !envelope.usageWanted()) {
      askForUsage(splice);
    }
    edits.maxOutputTokens().ifPresent(limit -> limitOutput(splice, limit, edits.limitField()));
    return new Payload.Raw(format, contentType, new SlicedBody(splice.slices()));
  }

  private void limitOutput(Splice splice, long limit, String field) {
    OptionalLong asked = envelope.maxOutputTokens();
    if (asked.isPresent() && asked.getAsLong() <= limit) {
      return;
    }
    if (envelope.limitSpans().isEmpty()) {
      int afterModel = envelope.modelSpan().end();
      splice.replace(new Span(afterModel, afterModel), ",\"" + field + "\":" + limit);
    } else {
      envelope.limitSpans().forEach(span -> splice.replace(span, Long.toString(limit)));
    }
  }

  private void askForUsage(Splice splice) {
    Span options = envelope.streamOptions();
    if (!options.present()) {
      int afterModel = envelope.modelSpan().end();
      splice.replace(new Span(afterModel, afterModel), ",\"stream_options\":{" + USAGE + "}");
      return;
    }
    String text =
        new String(body, options.start(), options.end() - options.start(), StandardCharsets.UTF_8);
    splice.replace(options, withUsage(text));
  }

  /**
   * The caller's other stream options stay; its own {@code include_usage} comes first and loses.
   */
  private static String withUsage(String options) {
    if (!options.startsWith("{")) {
      return "{" + USAGE + "}";
    }
    String inside = options.substring(1, options.lastIndexOf('}')).strip();
    return inside.isEmpty() || inside.contains("\"include_usage\"")
        ? "{" + USAGE + "}"
        : "{" + inside + "," + USAGE + "}";
  }

  @Override
  public boolean replayable() {
    return true;
  }

  @Override
  public void close() {
    // holds nothing outside the heap
  }
}
