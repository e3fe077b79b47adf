package bifrost.api.provider;

import bifrost.api.model.Answer;
import bifrost.api.model.ChatEvent;
import bifrost.api.model.Usage;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where a provider writes the answer of one attempt.
 *
 * <p>Implemented by the core; called by the provider from the thread of the call only. A provider
 * with pass-through writes one {@link #head} and then {@link #bytes} or {@link #frame}s; one with
 * the neutral form writes {@link #event}s for a stream or one {@link #answer} otherwise (events for
 * a call that is not streamed are gathered into an answer by the core).
 *
 * <p><b>Back-pressure.</b> Each content method returns when the client's connection has taken the
 * content, and blocks as long as the client is slow.
 *
 * <p><b>Commitment.</b> The first content commits the answer to this attempt: from then on the core
 * neither retries nor falls back. A head alone does not commit.
 *
 * <p><b>Errors.</b> Every method throws {@link CallCancelledException} once nobody wants the
 * answer; let it through. Calls out of order are a fault of the provider and throw {@code
 * IllegalStateException}.
 *
 * <p><b>Buffers</b> belong to the provider again when a method returns.
 */
@ProviderType
public interface ResponseSink {
  /**
   * The head of an answer in the upstream's own format.
   *
   * @param head status and fields
   */
  void head(ResponseHead head);

  /**
   * Bytes of the answer's body, to be passed on as they are.
   *
   * @param data what arrived; consumed
   */
  void bytes(ByteBuffer data);

  /**
   * One server-sent event of the answer, with its closing empty line.
   *
   * @param data the event's bytes as they arrived; consumed
   * @param kind what it carries
   */
  void frame(ByteBuffer data, FrameKind kind);

  /**
   * One step of a streamed chat in the neutral form.
   *
   * @param event the step
   */
  void event(ChatEvent event);

  /**
   * The whole answer in the neutral form.
   *
   * @param answer the answer
   */
  void answer(Answer answer);

  /**
   * The usage of this attempt as far as it is known; replaces what was reported before.
   *
   * @param usage totals of the attempt
   */
  void usage(Usage usage);

  /** What a server-sent event carries. */
  enum FrameKind {
    /** Anything for the caller. */
    CONTENT,
    /** Usage and nothing else: dropped by the core unless the caller asked for it. */
    USAGE,
    /** The mark that ends a stream, as OpenAI's {@code [DONE]}. */
    DONE
  }
}
