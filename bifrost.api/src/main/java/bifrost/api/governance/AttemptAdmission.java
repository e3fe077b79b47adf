package bifrost.api.governance;

import bifrost.api.model.Refusal;
import java.util.Objects;
import java.util.OptionalLong;

/** What a governor says to an attempt. */
public sealed interface AttemptAdmission {
  /**
   * The attempt may be made.
   *
   * @param hold what it holds
   * @param maxOutputTokens the most output tokens of each choice that the hold covers; the core
   *     writes this limit into the upstream request, in place of a greater one and where there is
   *     none. Empty when nothing has to be limited
   */
  record Held(Hold hold, OptionalLong maxOutputTokens) implements AttemptAdmission {
    /** Refuses {@code null}, and a limit below 1. */
    public Held {
      Objects.requireNonNull(hold, "hold is null");
      if (maxOutputTokens.isPresent() && maxOutputTokens.getAsLong() < 1) {
        throw new IllegalArgumentException(
            "maxOutputTokens is " + maxOutputTokens.getAsLong() + ", use 1 or more");
      }
    }

    /** A hold that limits nothing. */
    public Held(Hold hold) {
      this(hold, OptionalLong.empty());
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
