package bifrost.api.storage;

import bifrost.api.journal.JournalStream;
import bifrost.api.journal.Writer;
import java.time.Instant;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Where a node's journal is drained to.
 *
 * <p>Implemented by storage bundles as a service, usually by the same component as {@link
 * ConfigStore}; called by the journal's drain, never by a request.
 *
 * <p><b>Exactly once.</b> For each writer and stream the store keeps a watermark: the sequence
 * number of the last record that it has. A batch says which watermark it follows; the store
 * compares, writes and moves the watermark in one transaction. A batch that was written already, or
 * that follows another watermark, changes nothing.
 *
 * <p><b>Threads.</b> One thread of a node at a time; many nodes at once, each with writers of its
 * own. Calls block, each bounded by the store's own time-outs; an interrupt ends them early where
 * the driver allows it. <b>Errors.</b> {@link StoreException} when the store cannot be reached or
 * used: nothing was written, or it is not known whether it was, and the same call may be made again
 * for ever. {@link RejectedBatchException} when it was reached and will not take the data: nothing
 * was written.
 *
 * <p><b>Life cycle.</b> Opening the service must not need the database: it connects when it is
 * first used, and is closed with its component.
 */
@ConsumerType
public interface JournalStore {
  /** What this is, for people: the kind and the place, without credentials. */
  String description();

  /**
   * Brings the schema up to date. Called before the first write of a process; safe when many nodes
   * do it at once.
   *
   * @throws StoreException when it cannot
   */
  void migrate();

  /**
   * How far a stream has been written.
   *
   * @param writer who wrote it
   * @param stream which of its streams
   * @return the sequence number of the last record that is stored; 0 when there is none
   * @throws StoreException when it cannot be read
   */
  long watermark(Writer writer, JournalStream stream);

  /**
   * Writes a batch in one transaction, if the watermark is {@link JournalBatch#after}, and moves
   * the watermark to {@link JournalBatch#through}.
   *
   * <p>Request logs, totals, payloads and audits are inserted unless their sequence number is
   * there; counters are raised, never lowered; configuration follows {@link ConfigStore#write}.
   *
   * @param batch the records
   * @return the watermark as it now is: {@link JournalBatch#through} when this call wrote the
   *     batch, or an earlier one did; anything else when nothing was written
   * @throws StoreException when it is not known to be written
   * @throws RejectedBatchException when the data cannot be stored
   */
  long write(JournalBatch batch);

  /**
   * Deletes request logs and payloads that came in before a time, the oldest first.
   *
   * @param before what is older goes
   * @param limit the most rows of each kind to delete
   * @return how many rows went; fewer than {@code limit} when nothing older is left
   * @throws StoreException when it cannot
   */
  int deleteLogs(Instant before, int limit);

  /**
   * How many rows the drain may write in a second at most. A store that runs inside the node's own
   * process takes its processor time from the requests, and names a number.
   *
   * @return 1 or more; without a limit of its own, {@code Integer.MAX_VALUE}
   */
  default int mostRowsPerSecond() {
    return Integer.MAX_VALUE;
  }
}
