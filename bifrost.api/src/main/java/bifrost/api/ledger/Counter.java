package bifrost.api.ledger;

import org.osgi.annotation.versioning.ProviderType;

/**
 * One counter in one window, as this node sees it: what all writers have added, and what this node
 * holds for work that is under way.
 *
 * <p>Implemented by the core, given by {@link Ledger#open}, used by governance. Holds are this
 * node's own: they are neither replicated nor persisted, and they outlive the governor that made
 * them, so that a governor can be replaced while requests run.
 *
 * <p><b>Threads.</b> Safe for any thread; lock-free. <b>Units.</b> Those of the counter: billionths
 * of a US dollar, requests, or tokens. Amounts are 0 or more; sums stop at {@link Slot#MAX_VALUE}.
 *
 * <p><b>Life cycle.</b> A counter may be used as long as anyone holds a reference to it, beyond the
 * end of its window, too: what was held in a window is settled in it.
 */
@ProviderType
public interface Counter {
  /** The counter's id. */
  String id();

  /** The start of the window, in milliseconds since the epoch. */
  long windowMillis();

  /** The end of the window, exclusive. */
  long endMillis();

  /** What all writers have added, as far as this node knows. */
  long total();

  /**
   * What other nodes have added, as far as this node knows. Never more than {@link #committed} has
   * of it at the same time, so that the difference is what this node has added and holds.
   */
  long totalOfOthers();

  /** What this node holds. */
  long held();

  /** {@link #total} and {@link #held} together, in one read. */
  long committed();

  /** Adds to this node's slot. */
  void add(long amount);

  /**
   * Holds an amount if total, held and the amount together stay within the limit; one atomic step.
   *
   * @param amount what to hold
   * @param limit the limit of total and held
   * @return whether it is held; if not, nothing has changed
   */
  boolean hold(long amount, long limit);

  /** Gives back what was held. */
  void release(long amount);

  /**
   * Ends a hold and adds what it came to, so that nobody sees it in neither.
   *
   * @param held what was held
   * @param amount what is added
   */
  void settle(long held, long amount);
}
