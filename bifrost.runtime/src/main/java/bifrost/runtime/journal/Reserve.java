package bifrost.runtime.journal;

import bifrost.runtime.journal.file.JournalFile;
import bifrost.runtime.journal.file.JournalFolder;
import java.io.IOException;

/**
 * Room on disk that is given back when the disk is full, so that folding has somewhere to write.
 */
final class Reserve {
  private static final String NAME = "reserve";
  private static final byte[] ZEROS = new byte[64 << 10];

  private final JournalFolder folder;
  private final int bytes;
  private boolean filled;

  Reserve(JournalFolder folder, int bytes) {
    this.folder = folder;
    this.bytes = bytes;
  }

  /** Sets the room aside, if it is not. */
  void fill() throws IOException {
    if (filled || bytes == 0) {
      return;
    }
    folder.delete(NAME);
    try (JournalFile file = folder.create(NAME)) {
      for (int at = 0; at < bytes; at += ZEROS.length) {
        file.write(at, ZEROS, 0, Math.min(ZEROS.length, bytes - at));
      }
    } catch (IOException e) {
      folder.delete(NAME);
      throw e;
    }
    filled = true;
  }

  /** Gives it back. */
  void release() throws IOException {
    folder.delete(NAME);
    filled = false;
  }
}
