package bifrost.runtime.local;

import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.snapshot.codec.SecretBox;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The last configuration that this node had, tombstones included, in {@code snapshot.sealed} of the
 * data directory.
 */
public final class SnapshotFile {
  private static final int LONGEST_CONTENT = 4 << 20;
  private static final int ROW = 1;
  private static final int END = 0;

  private final SealedFile file;

  /** The file of a data directory. */
  public SnapshotFile(Path directory, SecretBox box) {
    this(
        new SealedFile(directory.resolve("snapshot.sealed"), SealedHeader.Kind.CONFIGURATION, box));
  }

  SnapshotFile(SealedFile file) {
    this.file = file;
  }

  /** Gives rows to a consumer, one by one. */
  public interface Rows {
    /** Gives each of them. */
    void each(Consumer<StoredEntity> consumer);
  }

  /** Where it is. */
  public Path path() {
    return file.path();
  }

  /** Whether there is one. */
  public boolean exists() {
    return file.exists();
  }

  /** How large it is, in bytes; 0 when there is none. */
  public long bytes() {
    return file.bytes();
  }

  /** Replaces it; when that fails, the old content stays. */
  public void write(long nowMillis, Rows rows) throws IOException {
    file.write(
        nowMillis,
        out -> {
          try {
            rows.each(row -> write(out, row));
          } catch (Uncaught e) {
            throw e.failure;
          }
          out.write(END);
        });
  }

  /**
   * Reads it.
   *
   * @param rows takes each row; some may come before the file is found to be damaged
   * @return when it was written
   * @throws UnusableFileException when it is damaged, of another format, or of another key
   */
  public Instant read(Consumer<StoredEntity> rows) throws IOException {
    Map<String, String> nodes = new HashMap<>();
    return file.read(
        in -> {
          while (in.readUnsignedByte() == ROW) {
            rows.accept(row(in, nodes));
          }
        });
  }

  private static void write(DataOutputStream out, StoredEntity row) {
    try {
      out.write(ROW);
      out.writeUTF(row.type().label());
      out.writeUTF(row.id());
      out.writeLong(row.version().time());
      out.writeUTF(row.version().node());
      byte[] content = row.content().orElse("").getBytes(StandardCharsets.UTF_8);
      out.writeInt(content.length);
      out.write(content);
      out.writeUTF(row.seedHash());
    } catch (IOException e) {
      throw new Uncaught(e);
    }
  }

  private static StoredEntity row(DataInputStream in, Map<String, String> nodes)
      throws IOException {
    EntityType type = EntityType.ofLabel(in.readUTF());
    String id = in.readUTF();
    long time = in.readLong();
    Version version = new Version(time, nodes.computeIfAbsent(in.readUTF(), node -> node));
    int length = in.readInt();
    if (length < 0 || length > LONGEST_CONTENT) {
      throw new IllegalArgumentException("a row of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    Optional<String> content =
        length == 0 ? Optional.empty() : Optional.of(new String(bytes, StandardCharsets.UTF_8));
    return new StoredEntity(type, id, version, content, in.readUTF());
  }

  /** Takes a failure through a consumer. */
  private static final class Uncaught extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient IOException failure;

    private Uncaught(IOException failure) {
      super(failure);
      this.failure = failure;
    }
  }
}
