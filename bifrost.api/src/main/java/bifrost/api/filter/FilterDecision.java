package bifrost.api.filter;

import bifrost.api.model.Refusal;
import java.util.Objects;

/** What a filter decides about a request. */
public sealed interface FilterDecision {
  /** The request goes on as it is. */
  FilterDecision PROCEED = new Proceed();

  /** The request goes on as it is. */
  record Proceed() implements FilterDecision {}

  /**
   * The request goes on with another body, in the same format; it is parsed and checked again.
   *
   * @param body the new body; belongs to the core from here on
   */
  record Replace(byte[] body) implements FilterDecision {
    /** Refuses {@code null}. */
    public Replace {
      Objects.requireNonNull(body, "body is null");
    }
  }

  /**
   * The filter answers itself, for example from a cache; the provider is not called.
   *
   * @param contentType the media type of the answer
   * @param body the answer in the inbound format; belongs to the core from here on
   */
  record Answer(String contentType, byte[] body) implements FilterDecision {
    /** Refuses {@code null}. */
    public Answer {
      Objects.requireNonNull(contentType, "contentType is null");
      Objects.requireNonNull(body, "body is null");
    }
  }

  /**
   * The request is not served.
   *
   * @param refusal the answer in its place
   */
  record Refuse(Refusal refusal) implements FilterDecision {
    /** Refuses {@code null}. */
    public Refuse {
      Objects.requireNonNull(refusal, "refusal is null");
    }
  }
}
