package bifrost.governance.admission;

/**
 * What becomes of an attempt whose model has no price, where a budget limits its cost.
 *
 * @param ceilingNanos what it holds and is charged, in billionths of a US dollar; 0 to refuse it
 */
public record Unpriced(long ceilingNanos) {
  /** Refuses a negative ceiling. */
  public Unpriced {
    if (ceilingNanos < 0) {
      throw new IllegalArgumentException("ceiling is " + ceilingNanos + ", use 0 or more");
    }
  }
}
