package bifrost.runtime.pipeline;

import bifrost.api.model.Refusal;
import bifrost.api.provider.UpstreamFailure;

/** What became of a call, or of one attempt at it. */
sealed interface Dispatched {
  /** The whole answer has left. */
  record Answered() implements Dispatched {}

  /** It is refused, and nothing has left. */
  record Refused(Refusal refusal) implements Dispatched {}

  /**
   * The upstream failed.
   *
   * @param allKeysDead whether the provider has refused every key
   * @param committed whether content has left
   */
  record Failed(UpstreamFailure failure, boolean allKeysDead, boolean committed)
      implements Dispatched {}
}
