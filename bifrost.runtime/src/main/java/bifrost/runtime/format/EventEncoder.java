package bifrost.runtime.format;

import bifrost.api.model.ChatEvent;
import bifrost.api.model.Usage;

/** Encodes the neutral events of one stream as server-sent events of a format. */
public interface EventEncoder {
  /** The frame of an event. */
  byte[] encode(ChatEvent event);

  /** What ends a complete stream: usage where the caller asked for it, and the closing mark. */
  byte[] end(Usage usage);
}
