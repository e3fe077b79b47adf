package bifrost.runtime.format;

import bifrost.api.model.Answer;
import bifrost.api.model.Operation;
import bifrost.api.model.Refusal;
import bifrost.api.model.Usage;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.Payload;
import java.io.IOException;
import java.util.OptionalLong;

/** A wire format in which callers speak to the gateway. */
public interface InboundFormat {
  /** Which one. */
  WireFormat wire();

  /** What a body was found to be. */
  sealed interface Parsed {
    /** A call that can be served. */
    record Ok(ParsedCall call) implements Parsed {}

    /** A call that is refused. */
    record Refused(Refusal refusal) implements Parsed {}
  }

  /**
   * Reads a body as far as the gateway has to understand it.
   *
   * @throws IOException when the body broke off
   */
  Parsed parse(Operation operation, InboundBody body) throws IOException;

  /** What a call was found to be in the neutral form. */
  sealed interface Typed {
    /** The call in the neutral form. */
    record Ok(Payload payload) implements Typed {}

    /** A call that has no neutral form. */
    record Refused(Refusal refusal) implements Typed {}
  }

  /**
   * The call in the neutral form, for a provider that does not take this format.
   *
   * @param maxOutputTokens the limit of the answer that replaces a greater one, and none
   */
  Typed typed(Operation operation, ParsedCall call, String wireModel, OptionalLong maxOutputTokens);

  /** A whole answer in this format. */
  byte[] answer(Answer answer, Usage usage, ParsedCall call);

  /** A list of models in this format. */
  byte[] models(Answer.Models models);

  /** One model in this format. */
  byte[] model(Answer.Model model);

  /** Encodes the events of one stream. */
  EventEncoder events(boolean usageWanted);

  /** An error body in this format. */
  byte[] error(ErrorReport report);

  /** An error as an event that ends a stream. */
  byte[] streamError(ErrorReport report);
}
