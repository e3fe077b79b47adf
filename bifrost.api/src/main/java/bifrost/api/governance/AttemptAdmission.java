package bifrost.api.governance;

import bifrost.api.model.Refusal;
import java.util.Objects;

/** What a governor says to an attempt. */
public sealed interface AttemptAdmission {
  /**
   * The attempt may be made.
   *
   * @param hold what it holds
   */
  record Held(Hold hold) implements AttemptAdmission {
    /** Refuses {@code null}. */
    public Held {
      Objects.requireNonNull(hold, "hold is null");
    }
  }

  /**
   * The attempt may not be made; {@link Refusal#fallback()} says whether another provider may be.
   *
   * @param refusal the reason
   */
  record Refused(Refusal refusal) implements AttemptAdmission {
    /** Refuses {@code null}. */
    public Refused {
      Objects.requireNonNull(refusal, "refusal is null");
    }
  }
}
