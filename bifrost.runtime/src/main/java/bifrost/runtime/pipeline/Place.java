package bifrost.runtime.pipeline;

import bifrost.api.governance.Reservation;
import bifrost.runtime.routing.Candidate;

/**
 * Where the attempts at a candidate are made.
 *
 * @param fallback 0 for the first candidate
 */
record Place(
    Exchange exchange,
    Candidate candidate,
    int fallback,
    Reservation reservation,
    ClientOutput output) {}
