package bifrost.runtime.format;

import bifrost.api.model.Refusal;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.Body;
import bifrost.api.provider.Payload;
import bifrost.runtime.format.MultipartScanner.Field;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A multipart upload: streamed through while it arrives when its model comes early, kept on disk
 * when the model comes behind a large file, in memory when it is small.
 */
public final class UploadBody implements CallBody {
  /** Up to this size an upload is kept in memory, and can be sent again. */
  private static final int IN_MEMORY = 1 << 20;

  private final String contentType;
  private final byte[] head;
  private final Optional<Path> file;
  private final InputStream rest;
  private final long length;
  private final Field model;
  private final boolean stream;
  private boolean restRead;

  private UploadBody(
      String contentType,
      byte[] head,
      Optional<Path> file,
      InputStream rest,
      long length,
      Field model,
      boolean stream) {
    this.contentType = contentType;
    this.head = head;
    this.file = file;
    this.rest = rest;
    this.length = length;
    this.model = model;
    this.stream = stream;
  }

  /** What an upload was found to be. */
  public sealed interface Result {
    /** An upload that can be served. */
    record Read(UploadBody body) implements Result {}

    /** An upload that is refused. */
    record Refused(Refusal refusal) implements Result {}
  }

  /**
   * Reads as much as is needed to know the model.
   *
   * @param in the upload; reading more than the gateway allows throws
   * @param declaredLength the length that its sender declared, or -1
   * @throws IOException when the upload broke off, or nothing can be written to disk
   */
  static Result read(InputStream in, long declaredLength, String contentType) throws IOException {
    Optional<String> boundary = MultipartScanner.boundaryOf(contentType);
    if (boundary.isEmpty()) {
      return refuse("Content-Type", "Content-Type names no boundary of the multipart body");
    }
    MultipartScanner scanner = new MultipartScanner(boundary.get());
    byte[] buffer = new byte[(int) Math.clamp(declaredLength, 8 * 1024, 64 * 1024)];
    int filled = 0;
    boolean ended = false;
    boolean small = declaredLength >= 0 && declaredLength <= IN_MEMORY;
    while (!ended && filled < IN_MEMORY && (small || !known(scanner))) {
      if (filled == buffer.length) {
        buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, IN_MEMORY));
      }
      int n = in.read(buffer, filled, buffer.length - filled);
      if (n < 0) {
        ended = true;
      } else {
        scanner.feed(buffer, filled, n);
        filled += n;
      }
      if (!scanner.fault().isEmpty()) {
        return refuse("body", "malformed multipart body: " + scanner.fault());
      }
    }
    byte[] head = Arrays.copyOf(buffer, filled);
    if (ended) {
      return finish(
          scanner, contentType, head, Optional.empty(), InputStream.nullInputStream(), filled);
    }
    if (known(scanner)) {
      return finish(scanner, contentType, head, Optional.empty(), in, declaredLength);
    }
    return spool(scanner, contentType, head, in);
  }

  private static Result spool(
      MultipartScanner scanner, String contentType, byte[] head, InputStream in)
      throws IOException {
    Path file = Files.createTempFile("bifrost-upload-", ".part");
    boolean kept = false;
    try {
      long size = head.length;
      try (OutputStream out = Files.newOutputStream(file)) {
        byte[] chunk = new byte[64 * 1024];
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
          scanner.feed(chunk, 0, n);
          if (!scanner.fault().isEmpty()) {
            return refuse("body", "malformed multipart body: " + scanner.fault());
          }
          out.write(chunk, 0, n);
          size += n;
        }
      }
      Result result =
          finish(
              scanner, contentType, head, Optional.of(file), InputStream.nullInputStream(), size);
      kept = result instanceof Result.Read;
      return result;
    } finally {
      if (!kept) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static Result finish(
      MultipartScanner scanner,
      String contentType,
      byte[] head,
      Optional<Path> file,
      InputStream rest,
      long length) {
    Optional<Field> model = scanner.field("model");
    if (model.isEmpty()) {
      return scanner.complete()
          ? refuse("model", "form field 'model' is missing; give it as provider/model")
          : refuse("body", "malformed multipart body: it ends before its closing boundary");
    }
    String fault = EnvelopeReader.modelFault(model.get().value());
    if (!fault.isEmpty()) {
      return refuse("model", "form field 'model' " + fault);
    }
    boolean stream = scanner.field("stream").map(Field::value).orElse("").equals("true");
    return new Result.Read(
        new UploadBody(contentType, head, file, rest, length, model.get(), stream));
  }

  private static boolean known(MultipartScanner scanner) {
    return scanner.field("model").isPresent();
  }

  private static Result refuse(String param, String message) {
    return new Result.Refused(Refusal.invalid(param, message));
  }

  /** The model as the caller named it. */
  public String model() {
    return model.value();
  }

  /** Whether a stream is wanted, as far as the part that was read says. */
  public boolean stream() {
    return stream;
  }

  @Override
  public long length() {
    return length;
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
    return contentType;
  }

  @Override
  public Payload raw(WireFormat format, RawEdits edits) {
    return new Payload.Raw(
        format, contentType, new Edited(edits.wireModel().getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public boolean replayable() {
    return !restRead;
  }

  @Override
  public void close() {
    file.ifPresent(
        path -> {
          try {
            Files.deleteIfExists(path);
          } catch (IOException e) {
            path.toFile().deleteOnExit();
          }
        });
  }

  /** The upload with another model. */
  private final class Edited implements Body {
    private final byte[] wireModel;

    Edited(byte[] wireModel) {
      this.wireModel = wireModel;
    }

    @Override
    public long length() {
      return length < 0 ? -1 : length - (model.end() - model.start()) + wireModel.length;
    }

    @Override
    public Optional<List<ByteBuffer>> slices() {
      return Optional.empty();
    }

    @Override
    public InputStream open() throws IOException {
      if (restRead) {
        throw new IOException("the upload was streamed through and cannot be sent again");
      }
      InputStream all = new ByteArrayInputStream(head);
      if (file.isPresent()) {
        all = new SequenceInputStream(all, Files.newInputStream(file.get()));
      } else {
        all = new SequenceInputStream(all, new Rest());
      }
      InputStream before = new Limited(all, model.start());
      InputStream replaced = new ByteArrayInputStream(wireModel);
      InputStream after = new Skipped(all, model.end() - model.start());
      return new SequenceInputStream(Collections.enumeration(List.of(before, replaced, after)));
    }
  }

  /** What is still arriving; remembers that some of it was taken. */
  private final class Rest extends InputStream {
    @Override
    public int read() throws IOException {
      int b = rest.read();
      restRead |= b >= 0;
      return b;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      int n = rest.read(into, offset, count);
      restRead |= n > 0;
      return n;
    }
  }

  /** The first bytes of a stream, which it leaves open for what comes after. */
  private static final class Limited extends InputStream {
    private final InputStream in;
    private long left;

    Limited(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      if (left == 0) {
        return -1;
      }
      int n = in.read(into, offset, (int) Math.min(count, left));
      left -= Math.max(0, n);
      return n;
    }
  }

  /** A stream without its next bytes. */
  private static final class Skipped extends InputStream {
    private final InputStream in;
    private long toSkip;

    Skipped(InputStream in, long toSkip) {
      this.in = in;
      this.toSkip = toSkip;
    }

    @Override
    public int read() throws IOException {
      skip();
      return in.read();
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      skip();
      return in.read(into, offset, count);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }

    private void skip() throws IOException {
      if (toSkip > 0) {
        in.skipNBytes(toSkip);
        toSkip = 0;
      }
    }
  }
}
