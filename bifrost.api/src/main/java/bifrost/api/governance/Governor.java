package bifrost.api.governance;

import bifrost.api.snapshot.Snapshot;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides who may call what, at which rate and for how much.
 *
 * <p>One implementation is bound at a time, the one of the highest service ranking; without any,
 * the core admits everything and accounts for it. Called by the core once per metered request,
 * after the filters and before routing.
 *
 * <p><b>Threads.</b> Called concurrently on the requests' threads. It must not block and must not
 * do I/O: everything that it needs is in memory. <b>Errors.</b> A refusal is a value; an exception
 * refuses the request with 500. Never {@code null}.
 *
 * <p><b>Life cycle.</b> A governor may be replaced while requests run: reservations stay with the
 * governor that gave them, which is deactivated only when they are settled or the drain limit is
 * reached.
 */
@ConsumerType
public interface Governor {
  /**
   * Checks every rule that does not depend on the provider, and reserves the right to go on.
   *
   * @param request what is asked, by whom
   * @param snapshot the configuration that the whole request is served with
   * @return the reservation, which the core settles exactly once, or the refusal
   */
  Admission admit(AdmissionRequest request, Snapshot snapshot);
}
