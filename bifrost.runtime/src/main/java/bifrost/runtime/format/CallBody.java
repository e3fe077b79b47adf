package bifrost.runtime.format;

import bifrost.api.model.WireFormat;
import bifrost.api.provider.Payload;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The body of an inbound call: it makes the payload of each attempt. */
public sealed interface CallBody extends AutoCloseable permits JsonBody, UploadBody, NoBody {
  /** How many bytes it has, or -1 while it is still arriving. */
  long length();

  /** How many bytes can be prompt, or -1 while that is not known. */
  long promptBytes();

  /** The whole body, read-only, when it is in memory. */
  Optional<ByteBuffer> bytes();

  /** The media type, with parameters. */
  String contentType();

  /**
   * The payload for a provider that takes this format.
   *
   * @param format the body's own format
   * @param edits what has to differ
   */
  Payload raw(WireFormat format, RawEdits edits);

  /** Whether a further attempt could send it again. */
  boolean replayable();

  /** Frees what it holds outside the heap. */
  @Override
  void close();
}
