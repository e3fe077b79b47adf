package bifrost.runtime.journal.file;

import java.io.IOException;
import java.util.List;

/**
 * A folder on disk, as far as the journal needs one. Tests put a simulated disk in its place, with
 * crash points, power cuts and a capacity.
 */
public interface JournalFolder {
  /** The folder below this one with this name; made when it is first written to. */
  JournalFolder folder(String name);

  /** The names of the files and folders in it; empty when it does not exist. */
  List<String> list() throws IOException;

  /** Makes a file that must not exist, and the folder where that does not exist. */
  JournalFile create(String name) throws IOException;

  /** Opens a file for reading and cutting. */
  JournalFile open(String name) throws IOException;

  /** Renames a file, over another one where that exists, in one step. */
  void rename(String from, String to) throws IOException;

  /** Deletes a file or an empty folder; one that does not exist is fine. */
  void delete(String name) throws IOException;

  /** Waits until what was made, renamed and deleted in it survives a power cut. */
  void sync() throws IOException;
}
