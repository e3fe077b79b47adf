package bifrost.providers.echo;

import bifrost.api.model.FinishReason;
import bifrost.api.model.Usage;
import java.util.List;

/** How an answer is said in one format: in pieces, or whole. */
interface Voice {
  /** A streamed answer begins. */
  void begin();

  /** The next piece of it. */
  void piece(String text);

  /** It is complete. */
  void end(FinishReason reason, Usage usage);

  /** The answer at once. */
  void whole(List<String> pieces, FinishReason reason, Usage usage);
}
