package bifrost.runtime.format;

import bifrost.api.model.WireFormat;
import bifrost.api.provider.Payload;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The body of a call that has none. */
public record NoBody() implements CallBody {
  @Override
  public long length() {
    return 0;
  }

  @Override
  public long promptBytes() {
    return length();
  }

  @Override
  public Optional<ByteBuffer> bytes() {
    return Optional.empty();
  }

  @Override
  public String contentType() {
    return "";
  }

  @Override
  public Payload raw(WireFormat format, RawEdits edits) {
    return new Payload.None();
  }

  @Override
  public boolean replayable() {
    return true;
  }

  @Override
  public void close() {
    // holds nothing
  }
}
