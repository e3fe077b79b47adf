package bifrost.runtime.journal.file;

import java.io.Closeable;
import java.io.IOException;

/**
 * An open file of the journal. One thread writes and another one may call {@link #sync}; readers
 * open the file for themselves.
 */
public interface JournalFile extends Closeable {
  /** How long the file is. */
  long size() throws IOException;

  /** Writes all the bytes; when it returns, a kill of the process does not lose them. */
  void write(long position, byte[] bytes, int offset, int length) throws IOException;

  /** Reads up to so many bytes; -1 at the end of the file. */
  int read(long position, byte[] bytes, int offset, int length) throws IOException;

  /** Cuts the file. */
  void truncate(long size) throws IOException;

  /** Waits until what was written survives a power cut. */
  void sync() throws IOException;
}
