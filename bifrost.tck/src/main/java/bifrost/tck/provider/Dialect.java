package bifrost.tck.provider;

import bifrost.tck.upstream.Faults;
import bifrost.tck.upstream.OpenAi;
import bifrost.tck.upstream.Reply;

/**
 * How an upstream of one wire format answers in the situations that the kit needs. A kit for
 * another format than OpenAI's implements it with replies of its own.
 */
public interface Dialect {
  /** OpenAI's wire format. */
  Dialect OPENAI = new OpenAiDialect();

  /** An ordinary answer, whole or in at least three pieces as the request asks, with usage. */
  Reply answer();

  /** A stream that falls silent after its first content until the client goes. */
  Reply stall();

  /** A stream whose connection is closed after its first content. */
  Reply cut();

  /** A stream whose connection is reset after its first content. */
  Reply reset();

  /** A stream that ends in good order after its first content, but without its last event. */
  Reply endEarly();

  /**
   * An error.
   *
   * @param status its status
   * @param message its message
   */
  Reply error(int status, String message);

  /** OpenAI's replies. */
  final class OpenAiDialect implements Dialect {
    private OpenAiDialect() {}

    @Override
    public Reply answer() {
      return OpenAi.chat("Hello", ", ", "world");
    }

    @Override
    public Reply stall() {
      return Faults.stallAfter("Hello");
    }

    @Override
    public Reply cut() {
      return Faults.cutAfter("Hello");
    }

    @Override
    public Reply reset() {
      return Faults.resetAfter("Hello");
    }

    @Override
    public Reply endEarly() {
      return wire -> {
        wire.startEvents();
        wire.event("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}");
        wire.end();
      };
    }

    @Override
    public Reply error(int status, String message) {
      return OpenAi.error(status, "error", null, message);
    }
  }
}
