package bifrost.runtime.local;

import bifrost.runtime.snapshot.codec.SecretBox;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * A file that is compressed, encrypted with AES-256-GCM, authenticated, bounded, and replaced as a
 * whole. One writer at a time.
 */
final class SealedFile {
  private static final long MAX_BYTES = 1L << 30;

  private final Path path;
  private final SealedHeader.Kind kind;
  private final SecretBox box;
  private final long maxBytes;

  SealedFile(Path path, SealedHeader.Kind kind, SecretBox box) {
    this(path, kind, box, MAX_BYTES);
  }

  SealedFile(Path path, SealedHeader.Kind kind, SecretBox box, long maxBytes) {
    this.path = path;
    this.kind = kind;
    this.box = box;
    this.maxBytes = maxBytes;
  }

  /** Writes the content. */
  interface Writer {
    /** Writes it; flushing and closing is the caller's. */
    void write(DataOutputStream out) throws IOException;
  }

  /** Reads the content. */
  interface Reader {
    /** Reads it to its end. */
    void read(DataInputStream in) throws IOException;
  }

  Path path() {
    return path;
  }

  boolean exists() {
    return Files.exists(path);
  }

  /** How large it is; 0 when it is not there. */
  long bytes() {
    try {
      return Files.size(path);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Replaces it; when that fails, the old content stays. */
  void write(long nowMillis, Writer content) throws IOException {
    DurableFile.write(
        path,
        out -> {
          SealingStream sealing =
              new SealingStream(out, SealedHeader.fresh(kind, box, nowMillis), maxBytes);
          Deflater deflater = new Deflater(Deflater.BEST_SPEED);
          try {
            DeflaterOutputStream deflating = new DeflaterOutputStream(sealing, deflater, 64 << 10);
            DataOutputStream data = new DataOutputStream(deflating);
            content.write(data);
            data.flush();
            deflating.finish();
          } finally {
            deflater.end();
          }
          sealing.finish();
        });
  }

  /**
   * Reads it.
   *
   * @return when it was written
   * @throws UnusableFileException when it is damaged, of another format, or of another key
   */
  Instant read(Reader content) throws IOException {
    if (bytes() > maxBytes) {
      throw new UnusableFileException("%s has more than %d MiB".formatted(path, maxBytes >> 20));
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path), 64 << 10)) {
      byte[] head = in.readNBytes(SealedHeader.BYTES);
      if (head.length < SealedHeader.BYTES) {
        throw new UnusableFileException(path + " is damaged");
      }
      SealedHeader header = SealedHeader.of(path, kind, box, head);
      OpeningStream opening = new OpeningStream(path, in, header);
      content.read(new DataInputStream(new InflaterInputStream(opening)));
      if (opening.readAllBytes().length > 0) {
        throw new UnusableFileException(path + " is damaged");
      }
      return Instant.ofEpochMilli(header.millis());
    } catch (EOFException | ZipException | IllegalArgumentException e) {
      throw new UnusableFileException(path + " is damaged: " + e.getMessage());
    }
  }
}
