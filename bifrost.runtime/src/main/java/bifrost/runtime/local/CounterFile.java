package bifrost.runtime.local;

import bifrost.api.ledger.Slot;
import bifrost.runtime.snapshot.codec.SecretBox;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The counters as this node last knew them, those of other nodes included, in {@code
 * counters.sealed} of the data directory. Slots only grow, so an old file is safe to merge.
 */
public final class CounterFile {
  private static final int CHUNK = 1_000;
  private static final int SLOT = 1;
  private static final int END = 0;

  private final SealedFile file;

  /** The file of a data directory. */
  public CounterFile(Path directory, SecretBox box) {
    this.file =
        new SealedFile(directory.resolve("counters.sealed"), SealedHeader.Kind.COUNTERS, box);
  }

  /** Whether there is one. */
  public boolean exists() {
    return file.exists();
  }

  /** Replaces it; when that fails, the old content stays. */
  public void write(long nowMillis, Iterable<Slot> slots) throws IOException {
    file.write(
        nowMillis,
        out -> {
          for (Slot slot : slots) {
            out.write(SLOT);
            out.writeUTF(slot.counter());
            out.writeLong(slot.windowMillis());
            out.writeLong(slot.endMillis());
            out.writeUTF(slot.node());
            out.writeLong(slot.epoch());
            out.writeLong(slot.value());
          }
          out.write(END);
        });
  }

  /**
   * Reads it.
   *
   * @param slots takes the slots, up to 1,000 at a time
   * @return when it was written
   * @throws UnusableFileException when it is damaged, of another format, or of another key
   */
  public Instant read(Consumer<List<Slot>> slots) throws IOException {
    List<Slot> chunk = new ArrayList<>(CHUNK);
    Instant written =
        file.read(
            in -> {
              while (in.readUnsignedByte() == SLOT) {
                chunk.add(slot(in));
                if (chunk.size() == CHUNK) {
                  slots.accept(List.copyOf(chunk));
                  chunk.clear();
                }
              }
            });
    slots.accept(List.copyOf(chunk));
    return written;
  }

  private static Slot slot(DataInputStream in) throws IOException {
    return new Slot(
        in.readUTF(), in.readLong(), in.readLong(), in.readUTF(), in.readLong(), in.readLong());
  }
}
