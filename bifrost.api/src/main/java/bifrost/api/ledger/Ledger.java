package bifrost.api.ledger;

import bifrost.api.journal.Writer;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * All counters of this node, and what it knows of those of others.
 *
 * <p>Implemented by the core as a service. Safe for any thread; nothing blocks on I/O but {@link
 * #persist}, which waits for the journal as every append does. No method takes or returns {@code
 * null}.
 *
 * <p><b>Bounds.</b> What comes from outside is refused slot by slot when it breaks a rule of {@link
 * Slot}, when its window ended before the retention, or when the ledger is full; the rest is
 * merged.
 */
@ProviderType
public interface Ledger {
  /** How many buckets a {@link Digest} has. */
  int BUCKETS = 256;

  /**
   * The counter of a window; made when there is none.
   *
   * @param counter its id, 1 to 200 characters
   * @param windowMillis the start of the window, in milliseconds since the epoch
   * @param endMillis the end of the window, exclusive
   */
  Counter open(String counter, long windowMillis, long endMillis);

  /** What all writers have added to a counter in a window; 0 when there is no such counter. */
  long total(String counter, long windowMillis);

  /** The slots of a counter in a window, in the order of nodes and epochs. */
  List<Slot> slots(String counter, long windowMillis);

  /**
   * Takes over slots of others: from the store, the journal or a peer, in any order, known ones
   * among them.
   *
   * @param slots absolute values
   * @return how many of them were news
   */
  int merge(Collection<Slot> slots);

  /**
   * The slots that have changed since a position, the longest unchanged first, each with its newest
   * value. Slots that others wrote are among them, so that a relay can pass them on.
   *
   * @param position 0 for all, else what an earlier answer returned
   * @param limit the most slots to return, 1 or more
   */
  Changes changedSince(long position, int limit);

  /** A digest of every slot whose window has not ended. */
  default Digest digest() {
    return digest(Set.of());
  }

  /**
   * A digest of every slot whose window has not ended, but those of some writers.
   *
   * @param without whose slots are left out: those that are written to differ at any moment
   */
  Digest digest(Set<Writer> without);

  /** The slots of one bucket of the digest, 0 to {@link #BUCKETS} - 1. */
  List<Slot> bucket(int bucket);

  /**
   * Hands this node's slots of some counters to the journal, as absolute values: an old value that
   * arrives late does nothing, and no increment is ever repeated.
   *
   * @param counters those that were added to, each once
   */
  void persist(Collection<Counter> counters);

  /**
   * Slots, and where to go on.
   *
   * @param slots what has changed
   * @param position what to ask with next
   * @param more whether there was more than was asked for
   */
  record Changes(List<Slot> slots, long position, boolean more) {
    /** Copies the list. */
    public Changes {
      slots = List.copyOf(slots);
    }
  }

  /**
   * A summary by which two nodes find where they differ: equal buckets hold equal slots.
   *
   * @param buckets a sum of hashes for each bucket
   * @param slots how many slots there are in all
   */
  record Digest(List<Long> buckets, long slots) {
    /** Copies the list; refuses another number of buckets. */
    public Digest {
      buckets = List.copyOf(buckets);
      if (buckets.size() != BUCKETS) {
        throw new IllegalArgumentException(
            "digest has %d buckets, use %d".formatted(buckets.size(), BUCKETS));
      }
    }
  }
}
