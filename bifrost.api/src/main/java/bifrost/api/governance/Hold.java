package bifrost.api.governance;

import bifrost.api.model.Usage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What one attempt holds. The core ends every hold exactly once, with one of the methods, before
 * the reservation is settled; a second call does nothing.
 */
@ConsumerType
public interface Hold {
  /**
   * The attempt was, or may have been, billed.
   *
   * @param usage what the upstream reported
   * @param complete whether that is the whole: {@code false} for a cut or failed attempt, whose
   *     charge the governor has to estimate from what was seen
   * @return what is charged, in billionths of a US dollar; 0 when nothing is priced
   */
  long charge(Usage usage, boolean complete);

  /** The attempt was proven not to be billed: everything that it held is free again. */
  void release();
}
