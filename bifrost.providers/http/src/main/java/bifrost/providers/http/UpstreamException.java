package bifrost.providers.http;

import bifrost.api.provider.UpstreamFailure;
import java.util.Objects;

/** An upstream could not be reached, did not answer in time, or broke off. */
public final class UpstreamException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient UpstreamFailure failure;

  /** For a failure without an answer. */
  public UpstreamException(UpstreamFailure failure) {
    super(failure.message(), null, false, false);
    this.failure = Objects.requireNonNull(failure, "failure is null");
  }

  /** What went wrong, to be returned as a failed outcome. */
  public UpstreamFailure failure() {
    return failure;
  }

  /** The same failure after content has been written to the sink: the answer was cut. */
  public UpstreamFailure asCut() {
    return UpstreamFailure.of(UpstreamFailure.Kind.CUT, failure.message(), true);
  }
}
