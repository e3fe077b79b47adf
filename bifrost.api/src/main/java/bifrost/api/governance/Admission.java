package bifrost.api.governance;

import bifrost.api.model.Refusal;
import java.util.Objects;

/** What a governor says to a request. */
public sealed interface Admission {
  /**
   * The request may go on.
   *
   * @param reservation what it holds until it is settled
   */
  record Granted(Reservation reservation) implements Admission {
    /** Refuses {@code null}. */
    public Granted {
      Objects.requireNonNull(reservation, "reservation is null");
    }
  }

  /**
   * The request is not served, and nothing is held.
   *
   * @param refusal the answer in its place
   */
  record Refused(Refusal refusal) implements Admission {
    /** Refuses {@code null}. */
    public Refused {
      Objects.requireNonNull(refusal, "refusal is null");
    }
  }
}
