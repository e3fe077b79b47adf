package bifrost.runtime.routing;

import bifrost.api.model.Refusal;
import java.util.List;

/** Where a call may go. */
public sealed interface Route {
  /**
   * The candidates in the order in which they are tried.
   *
   * @param candidates at least one
   */
  record To(List<Candidate> candidates) implements Route {}

  /**
   * Nowhere.
   *
   * @param refusal why
   */
  record Nowhere(Refusal refusal) implements Route {}
}
