package bifrost.sync.replication.engine;

import bifrost.api.ledger.Ledger;
import bifrost.api.ledger.Slot;
import bifrost.api.snapshot.Change;
import bifrost.sync.replication.message.Bounds;
import bifrost.sync.replication.message.ChangeEntry;
import bifrost.sync.replication.message.Mark;
import bifrost.sync.replication.message.SyncMessage;
import bifrost.sync.replication.message.SyncMessage.Changes;
import bifrost.sync.replication.message.SyncMessage.Counters;
import bifrost.sync.replication.message.SyncMessage.Progress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings subscribers up to what this node has. There is no queue of values: each link has positions
 * in the logs, and what it is sent is read from them when it is ready, so the newest value wins and
 * a slow peer costs nothing but its own delay. The owner's.
 */
final class Sender {
  private static final int MOST_MESSAGES = 8;
  private static final int MOST_SLOTS = 2_048;
  private static final long MARK_NANOS = 1_000_000_000L;
  private static final int MOST_TEXTS = 1_024;
  private static final int LONGEST_KEPT = 16_384;

  private final Local local;
  private final ChangeLog log;
  private final Lineage lineage;
  private final Coverage coverage;
  private final ProgressTable progress;
  private final Refusals refusals;
  private final EngineStats stats;

  /** What was read in this round, by position: most links stand at the same one. */
  private final Map<Long, Ledger.Changes> read = new HashMap<>();

  /** Texts of the newest changes, which go to many links. */
  private final Map<ChangeLog.Entry, Optional<ChangeEntry>> texts =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(
            Map.Entry<ChangeLog.Entry, Optional<ChangeEntry>> eldest) {
          return size() > MOST_TEXTS;
        }
      };

  Sender(
      Local local,
      ChangeLog log,
      Lineage lineage,
      Coverage coverage,
      ProgressTable progress,
      Refusals refusals,
      EngineStats stats) {
    this.local = local;
    this.log = log;
    this.lineage = lineage;
    this.coverage = coverage;
    this.progress = progress;
    this.refusals = refusals;
    this.stats = stats;
  }

  /** Starts a round: what is read is shared by all links until the next. */
  void round() {
    read.clear();
  }

  /**
   * Sends what a peer lacks, a bounded piece of it.
   *
   * @return whether there is more that could be sent now
   */
  boolean send(Session session, Map<String, String> regions, long nanos) {
    session.pump();
    if (session.wanted == null || !session.link().isReady() || session.hasAnswers()) {
      return false;
    }
    int messages = 0;
    while (session.link().isReady() && messages < MOST_MESSAGES && changes(session, regions)) {
      messages++;
    }
    boolean more = session.changesSent < log.head();
    while (session.link().isReady() && messages < MOST_MESSAGES && counters(session, regions)) {
      messages++;
    }
    Ledger.Changes rest = since(session.countersSent);
    more |= rest.more() || !rest.slots().isEmpty();
    refusals(session, regions);
    if (!more) {
      marks(session, regions, nanos);
    }
    progress(session, regions);
    return more && session.link().isReady();
  }

  /** Sends one message of changes, or passes over what the peer does not want. */
  private boolean changes(Session session, Map<String, String> regions) {
    List<ChangeLog.Entry> entries = log.since(session.changesSent, Bounds.MAX_CHANGES);
    if (entries.isEmpty()) {
      return false;
    }
    List<ChangeEntry> batch = new ArrayList<>();
    long length = 0;
    for (ChangeLog.Entry entry : entries) {
      Optional<ChangeEntry> text =
          isOf(session, entry.version().node(), regions) ? text(entry) : Optional.empty();
      long its = text.flatMap(ChangeEntry::content).map(String::length).orElse(0);
      if (!batch.isEmpty() && length + its > Bounds.MAX_BATCH_CONTENT) {
        break;
      }
      length += its;
      text.ifPresent(batch::add);
      session.changesSent = entry.position();
    }
    if (!batch.isEmpty()) {
      post(session, new Changes(batch, List.of()));
      stats.changesSent += batch.size();
    }
    return true;
  }

  /** A change as it travels; empty when it is no longer what the entity is. */
  private Optional<ChangeEntry> text(ChangeLog.Entry entry) {
    Optional<ChangeEntry> known = texts.get(entry);
    if (known == null) {
      known =
          local
              .replica()
              .find(entry.key().type(), entry.key().id())
              .filter(change -> change.version().equals(entry.version()))
              .map(this::entry);
      if (known.flatMap(ChangeEntry::content).map(String::length).orElse(0) <= LONGEST_KEPT) {
        texts.put(entry, known);
      }
    }
    return known;
  }

  /** A change as it travels. */
  ChangeEntry entry(Change change) {
    return new ChangeEntry(
        change.type().label(),
        change.id(),
        change.version(),
        change.content().map(local.replica()::encode),
        lineage.replaced(new ChangeLog.Key(change.type(), change.id()), change.version()));
  }

  private boolean counters(Session session, Map<String, String> regions) {
    Ledger.Changes changes = since(session.countersSent);
    if (changes.slots().isEmpty()) {
      session.countersSent = changes.position();
      return false;
    }
    List<Slot> batch = new ArrayList<>();
    for (Slot slot : changes.slots()) {
      if (isWanted(session, slot, regions)) {
        batch.add(slot);
      }
    }
    session.countersSent = changes.position();
    if (!batch.isEmpty()) {
      post(session, new Counters(batch, List.of()));
      stats.slotsSent += batch.size();
    }
    return true;
  }

  private Ledger.Changes since(long position) {
    return read.computeIfAbsent(position, from -> local.ledger().changedSince(from, MOST_SLOTS));
  }

  /** Says how far the peer has got, once all is sent. */
  private void marks(Session session, Map<String, String> regions, long nanos) {
    coverage.own(log.head(), session.countersSent);
    boolean due = nanos - session.marksSentNanos >= MARK_NANOS;
    List<Mark> news = new ArrayList<>();
    boolean urgent = false;
    for (Mark mark : coverage.all()) {
      Mark told = session.told.get(mark.node());
      if (mark.equals(told)
          || mark.node().equals(session.peer())
          || !Interest.covers(session.wanted, mark.node(), regions)) {
        continue;
      }
      news.add(mark);
      urgent |= told == null || told.epoch() != mark.epoch() || told.changes() != mark.changes();
    }
    if (news.isEmpty() || !(due || urgent)) {
      return;
    }
    session.marksSentNanos = nanos;
    news.forEach(mark -> session.told.put(mark.node(), mark));
    post(session, new Counters(List.of(), news));
  }

  /** What members could not take is told before the marks that pass over it. */
  private void refusals(Session session, Map<String, String> regions) {
    if (session.can(EngineSettings.REFUSALS) && session.refusalsSent != refusals.head()) {
      refusals
          .since(session.refusalsSent, member -> isOf(session, member, regions))
          .forEach(message -> post(session, message));
      session.refusalsSent = refusals.head();
    }
  }

  private void progress(Session session, Map<String, String> regions) {
    if (!session.can(EngineSettings.PROGRESS) || session.progressSent == progress.head()) {
      return;
    }
    ProgressTable.Page page =
        progress.since(session.progressSent, 1_024, member -> isOf(session, member, regions));
    session.progressSent = page.position();
    if (!page.marks().isEmpty()) {
      post(session, new Progress(page.marks()));
    }
  }

  private static boolean isOf(Session session, String member, Map<String, String> regions) {
    return !member.equals(session.peer()) && Interest.covers(session.wanted, member, regions);
  }

  /**
   * What a node wrote in an earlier life is also sent to whoever wants what is forgotten, and to
   * the node itself, which may have lost its disk.
   */
  private boolean isWanted(Session session, Slot slot, Map<String, String> regions) {
    if (slot.node().equals(session.peer())) {
      return slot.epoch() < session.hello().epoch();
    }
    Mark now = coverage.of(slot.node());
    boolean earlier = now != null && slot.epoch() < now.epoch();
    return isOf(session, slot.node(), regions)
        || (earlier && session.wanted.regions().contains(Interest.FORGOTTEN));
  }

  private void post(Session session, SyncMessage message) {
    stats.messagesSent++;
    session.send(message);
  }
}
