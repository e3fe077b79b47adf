package bifrost.api.governance;

import java.util.Map;
import java.util.Optional;
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

  /**
   * Where the routing rules send the request. Asked by the router once, before it looks for
   * candidates; without a plan it goes by what the caller wrote and by {@link #entitlement}.
   *
   * @param parameters the parameters of the request's query, decoded
   * @return what the first rule says that matches; empty when none does
   */
  default Optional<RoutePlan> route(Map<String, String> parameters) {
    return Optional.empty();
  }

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
