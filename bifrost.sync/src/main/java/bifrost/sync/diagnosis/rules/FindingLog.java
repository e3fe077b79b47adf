package bifrost.sync.diagnosis.rules;

import bifrost.api.cluster.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns symptoms into findings: one appears when its symptom has lasted, and ends when it has been
 * gone for a while, so that restarts and flapping neither raise nor repeat an alarm. Not safe for
 * several threads.
 */
public final class FindingLog {
  private static final int MAX = 256;

  private final Duration hold;
  private final Map<Key, Entry> entries = new LinkedHashMap<>();

  /**
   * An empty log.
   *
   * @param hold how long a symptom must last, times the patience of its fault; and be gone
   */
  public FindingLog(Duration hold) {
    this.hold = hold;
  }

  /**
   * Takes the symptoms of a moment.
   *
   * @param at the moment, for people
   * @param uptime the moment by a clock that nobody sets; must not go back
   */
  public Changes update(Instant at, Duration uptime, List<Symptom> symptoms) {
    List<Finding> appeared = new ArrayList<>();
    List<Finding> ended = new ArrayList<>();
    for (Symptom symptom : symptoms) {
      Key key = new Key(symptom.fault(), symptom.subject());
      Entry entry = entries.get(key);
      if (entry == null) {
        if (entries.size() >= MAX) {
          continue;
        }
        entry = new Entry(at, uptime);
        entries.put(key, entry);
      }
      entry.symptom = symptom;
      entry.last = uptime;
      if (!entry.reported && entry.lasted().compareTo(wait(symptom.fault())) >= 0) {
        entry.reported = true;
        appeared.add(entry.finding());
      }
    }
    for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
      Entry entry = all.next();
      Duration gone = uptime.minus(entry.last);
      // A symptom that flaps is still there: a short pause does not let it start again.
      if (gone.compareTo(entry.reported ? hold : hold.dividedBy(2)) > 0) {
        all.remove();
        if (entry.reported) {
          ended.add(entry.finding());
        }
      }
    }
    return new Changes(appeared, ended);
  }

  /** The findings of now, the worst first. */
  public List<Finding> findings() {
    return entries.values().stream()
        .filter(entry -> entry.reported)
        .map(Entry::finding)
        .sorted(
            Comparator.comparing(Finding::severity)
                .thenComparing(Finding::id)
                .thenComparing(Finding::subject))
        .toList();
  }

  private Duration wait(Fault fault) {
    return hold.multipliedBy(fault.patience());
  }

  /**
   * What an update changed.
   *
   * @param appeared new findings
   * @param ended findings that are over
   */
  public record Changes(List<Finding> appeared, List<Finding> ended) {}

  private record Key(Fault fault, String subject) {}

  private static final class Entry {
    private final Instant since;
    private final Duration first;
    private Duration last;
    private Symptom symptom;
    private boolean reported;

    Entry(Instant since, Duration first) {
      this.since = since;
      this.first = first;
    }

    Duration lasted() {
      return last.minus(first);
    }

    Finding finding() {
      return symptom.toFinding(since);
    }
  }
}
