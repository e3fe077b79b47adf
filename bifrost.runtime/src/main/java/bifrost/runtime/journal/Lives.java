package bifrost.runtime.journal;

import bifrost.api.journal.JournalStream;
import bifrost.runtime.journal.file.JournalFolder;
import bifrost.runtime.journal.spool.Positions;
import bifrost.runtime.journal.spool.Spool;
import bifrost.runtime.journal.spool.SpoolRecovery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of the journal, one for each life of the node, and the spools in them. A life before
 * this one is there until its last record has reached the store.
 */
final class Lives {
  private static final Logger LOG = LoggerFactory.getLogger(Lives.class);

  private final JournalFolder root;
  private final String current;
  private final List<Earlier> earlier = new CopyOnWriteArrayList<>();

  private record Earlier(String folder, List<Spool> spools) {}

  Lives(JournalFolder root, long epoch) {
    this.root = root;
    this.current = nameOf(epoch);
  }

  /** The folder of this life. */
  JournalFolder current() {
    return root.folder(current);
  }

  /** How far an earlier run of this component got within this life. */
  Map<JournalStream, Long> positions() throws IOException {
    return new Positions(current()).read();
  }

  /** Finds the spools of earlier lives. */
  List<Spool> recover() throws IOException {
    List<Spool> found = new ArrayList<>();
    earlier.clear();
    for (String name : root.list()) {
      if (name.matches("[0-9]{19}") && !name.equals(current)) {
        List<Spool> spools = new SpoolRecovery(root.folder(name)).recover();
        earlier.add(new Earlier(name, spools));
        found.addAll(spools);
      }
    }
    if (!found.isEmpty()) {
      LOG.info(
          "journal: {} spools of {} earlier lives found, {} bytes",
          found.size(),
          earlier.size(),
          found.stream().mapToLong(Spool::bytes).sum());
    }
    return found;
  }

  /** The spools of earlier lives of one stream, the oldest first. */
  List<Spool> earlier(JournalStream stream) {
    return earlier.stream()
        .flatMap(life -> life.spools().stream())
        .filter(spool -> spool.stream() == stream)
        .toList();
  }

  /** Deletes the folders of lives that have reached the store; returns their spools. */
  List<Spool> retire() throws IOException {
    List<Spool> gone = new ArrayList<>();
    for (Earlier life : earlier) {
      if (life.spools().stream().allMatch(Spool::isEmpty)) {
        JournalFolder folder = root.folder(life.folder());
        new Positions(folder).discard();
        if (folder.list().isEmpty()) {
          root.delete(life.folder());
          root.sync();
        }
        earlier.remove(life);
        gone.addAll(life.spools());
      }
    }
    return gone;
  }

  private static String nameOf(long epoch) {
    return "%019d".formatted(epoch);
  }
}
