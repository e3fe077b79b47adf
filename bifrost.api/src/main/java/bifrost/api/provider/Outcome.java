package bifrost.api.provider;

import bifrost.api.model.FinishReason;
import java.util.Objects;
import java.util.Optional;

/** How an attempt ended. */
public sealed interface Outcome {
  /** It completed, and nothing is known of why the model stopped. */
  Outcome COMPLETED = new Completed(Optional.empty());

  /** An attempt that failed in the given way. */
  static Outcome failed(UpstreamFailure failure) {
    return new Failed(failure);
  }

  /**
   * The whole answer was written to the sink.
   *
   * @param reason why the model stopped, where the provider knows it
   */
  record Completed(Optional<FinishReason> reason) implements Outcome {}

  /**
   * The upstream failed. If content had been written before, the core cuts the client's stream with
   * an error in its format.
   *
   * @param failure what went wrong
   */
  record Failed(UpstreamFailure failure) implements Outcome {
    /** Refuses {@code null}. */
    public Failed {
      Objects.requireNonNull(failure, "failure is null");
    }
  }
}
