package bifrost.runtime.journal.spool;

import bifrost.runtime.journal.file.JournalFile;
import bifrost.runtime.journal.file.JournalFolder;
import bifrost.runtime.journal.record.MalformedRecordException;
import bifrost.runtime.journal.segment.SegmentHeader;
import bifrost.runtime.journal.segment.SegmentReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the spools that an earlier life of the node left in a folder. Files that are not the
 * journal's are left alone; folds that were not completed, and segments that a fold replaced, are
 * deleted; a segment whose header cannot be read is kept under another name; the unused or torn end
 * of a stream's last segment is cut.
 */
public final class SpoolRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolRecovery.class);
  private static final String UNREADABLE = ".unreadable";

  private final JournalFolder folder;

  /** For one folder. */
  public SpoolRecovery(JournalFolder folder) {
    this.folder = folder;
  }

  /** The spools, in the order of their streams. */
  public List<Spool> recover() throws IOException {
    List<SegmentName> names = new ArrayList<>();
    for (String name : folder.list()) {
      if (name.endsWith(SegmentName.INCOMPLETE)) {
        folder.delete(name);
      } else {
        SegmentName.parse(name).ifPresent(names::add);
      }
    }
    names.sort(
        Comparator.comparing(SegmentName::stream)
            .thenComparing(SegmentName::firstSeq)
            .thenComparing(name -> !name.fold())
            .thenComparing(SegmentName::number));
    Map<String, Spool> spools = new TreeMap<>();
    List<SegmentName> kept = withoutReplaced(names);
    for (int i = 0; i < kept.size(); i++) {
      boolean last = i + 1 == kept.size() || kept.get(i + 1).stream() != kept.get(i).stream();
      Optional<Segment> segment =
          open(kept.get(i), last ? Optional.empty() : Optional.of(kept.get(i + 1).firstSeq()));
      if (segment.isPresent()) {
        SegmentHeader header = segment.get().header();
        spools
            .computeIfAbsent(
                header.stream().ordinal() + " " + header.writer(),
                key -> new Spool(folder, header.stream(), header.writer()))
            .add(segment.get());
      }
    }
    return List.copyOf(spools.values());
  }

  private List<SegmentName> withoutReplaced(List<SegmentName> names) throws IOException {
    List<SegmentName> kept = new ArrayList<>();
    for (SegmentName name : names) {
      if (names.stream().anyMatch(other -> other.replaces(name))) {
        folder.delete(name.toString());
      } else {
        kept.add(name);
      }
    }
    return kept;
  }

  private Optional<Segment> open(SegmentName name, Optional<Long> until) throws IOException {
    String file = name.toString();
    try (SegmentReader reader = SegmentReader.open(folder.open(file))) {
      SegmentHeader header = reader.header();
      if (header.stream() != name.stream() || header.firstSeq() != name.firstSeq()) {
        throw new MalformedRecordException("its header is that of another segment");
      }
      if (name.fold()) {
        return Optional.of(Segment.closed(file, header, name.number(), size(file)));
      }
      if (until.isPresent()) {
        return Optional.of(Segment.closed(file, header, until.get() - 1, size(file)));
      }
      long size = size(file);
      while (reader.next(size).isPresent()) {
        // on to the last whole record
      }
      cut(file, reader.position(), size);
      return Optional.of(Segment.closed(file, header, reader.lastSeq(), reader.position()));
    } catch (MalformedRecordException e) {
      LOG.warn(
          "journal: segment {} in {} cannot be read ({}); it is kept as {}{}",
          file,
          folder,
          e.getMessage(),
          file,
          UNREADABLE);
      folder.rename(file, file + UNREADABLE);
      return Optional.empty();
    }
  }

  private long size(String name) throws IOException {
    try (JournalFile file = folder.open(name)) {
      return file.size();
    }
  }

  private void cut(String name, long end, long size) {
    if (end < size) {
      try (JournalFile file = folder.open(name)) {
        file.truncate(end);
      } catch (IOException e) {
        LOG.debug("journal: the end of {} is not cut, which only costs space", name, e);
      }
    }
  }
}
