package bifrost.runtime.format;

import bifrost.runtime.format.Envelope.Span;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Replaces ranges of a body, keeping every other byte and copying none. */
final class Splice {
  private final byte[] body;
  private final List<Edit> edits = new ArrayList<>(3);

  Splice(byte[] body) {
    this.body = body;
  }

  private record Edit(Span span, byte[] replacement) {}

  Splice replace(Span span, String replacement) {
    edits.add(new Edit(span, replacement.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  /** The edited body as slices, in order. */
  List<ByteBuffer> slices() {
    edits.sort(
        Comparator.comparingInt((Edit edit) -> edit.span.start())
            .thenComparingInt(edit -> edit.span.end()));
    List<ByteBuffer> slices = new ArrayList<>(2 * edits.size() + 1);
    int from = 0;
    for (Edit edit : edits) {
      add(slices, body, from, edit.span.start() - from);
      add(slices, edit.replacement, 0, edit.replacement.length);
      from = edit.span.end();
    }
    add(slices, body, from, body.length - from);
    return slices;
  }

  private static void add(List<ByteBuffer> slices, byte[] bytes, int offset, int length) {
    if (length > 0) {
      slices.add(ByteBuffer.wrap(bytes, offset, length).asReadOnlyBuffer());
    }
  }
}
