package bifrost.api.filter;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A step before and after a call: a guardrail, a cache, a custom policy.
 *
 * <p>Plugins implement it and register it as a service; its {@code service.ranking} gives the
 * order, highest first. Filters run before admission, so what a filter answers costs no budget.
 *
 * <p><b>Threads.</b> Called concurrently on the virtual threads of the requests; may block, within
 * the request's deadline. <b>Errors.</b> An exception refuses the request with 500 and is logged: a
 * guardrail that breaks must not let a request through. A filter that would rather be skipped
 * catches its own.
 */
@ConsumerType
public interface RequestFilter {
  /**
   * Decides on a request before it is admitted.
   *
   * @param request the request as the filters before this one left it
   * @return what is to happen; never {@code null}
   */
  FilterDecision before(FilteredRequest request);

  /**
   * Opens the response side for a request that this filter let through.
   *
   * @param request the request as it goes to the provider
   * @return the filter of its answer; empty, as by default, when the answer may pass as it is
   */
  default Optional<ResponseFilter> response(FilteredRequest request) {
    return Optional.empty();
  }
}
