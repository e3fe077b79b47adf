package bifrost.api.model;

/** Why a model stopped. New constants may be added in a minor version. */
public enum FinishReason {
  /** It was done, or met a stop text. */
  STOP,
  /** It met the limit of output tokens. */
  LENGTH,
  /** It waits for the results of tool calls. */
  TOOL_CALLS,
  /** A filter of the upstream stopped it. */
  CONTENT_FILTER,
  /** The upstream gave a reason that has no constant here, or none. */
  OTHER
}
