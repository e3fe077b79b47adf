package bifrost.api.governance;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What an admitted request holds, until it is settled.
 *
 * <p>Implemented by governors; used by the core from the request's thread, except that {@link
 * #settle} may come from a thread that shuts the node down. The core settles every reservation
 * exactly once, on every exit: success, failure, client gone, stream cut, time-out, shutdown.
 */
@ConsumerType
public interface Reservation {
  /** Which providers, models and keys the caller may use. */
  Entitlement entitlement();

  /** Who is charged, for the request's record. */
  Charged charged();

  /**
   * Holds what one attempt may cost, at every level, all or nothing.
   *
   * <p>Called before each attempt, retries and fallbacks included: each may be billed.
   *
   * @param attempt where it goes
   * @return the hold, or the refusal; a refusal leaves nothing held
   */
  AttemptAdmission attempt(Attempt attempt);

  /**
   * Gives back what is not used and charges what is. A second call does nothing.
   *
   * @param settlement how the request ended
   */
  void settle(Settlement settlement);
}
