package bifrost.runtime.pipeline;

import bifrost.api.journal.RequestPayload;
import bifrost.api.model.Header;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.VirtualKey;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides whose bodies are kept for the log, and keeps them, within bounds. Bodies only: no header
 * is ever kept.
 *
 * <p>A request decides for itself where the client settings allow it, else its virtual key, else
 * the client settings. Safe for any thread.
 */
final class PayloadCapture {
  /** The request's own word: {@code true} keeps its bodies out of the log. */
  static final String HEADER = "x-bf-disable-content-logging";

  private static final int MOST_BYTES = 256 << 10;
  private static final long MOST_HELD = 64L << 20;

  private final int mostBytes;
  private final long mostHeld;
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong cut = new AtomicLong();

  PayloadCapture() {
    this(MOST_BYTES, MOST_HELD);
  }

  PayloadCapture(int mostBytes, long mostHeld) {
    this.mostBytes = mostBytes;
    this.mostHeld = mostHeld;
  }

  /** Begins to keep the bodies of a request that was admitted, where they are wanted. */
  void begin(Exchange exchange, Snapshot snapshot) {
    if (!isWanted(exchange, snapshot)) {
      return;
    }
    PayloadCopy copy = new PayloadCopy(mostBytes, this::take);
    Optional<ByteBuffer> body = exchange.call().body().bytes();
    body.ifPresentOrElse(
        bytes -> copy.asked(bytes.duplicate()),
        () -> {
          if (exchange.call().body().length() != 0) {
            copy.cut(); // an upload that is never in memory as a whole
          }
        });
    exchange.copyTo(copy);
  }

  /** The bodies of a request that has ended. */
  Optional<RequestPayload> end(Exchange exchange) {
    return exchange
        .payload()
        .map(
            copy -> {
              held.addAndGet(-copy.bytes());
              if (copy.truncated()) {
                cut.incrementAndGet();
              }
              return new RequestPayload(
                  exchange.request().id(),
                  exchange.startMillis(),
                  copy.request(),
                  copy.response(),
                  copy.truncated());
            });
  }

  /** How many payloads were cut. */
  long cut() {
    return cut.get();
  }

  private static boolean isWanted(Exchange exchange, Snapshot snapshot) {
    ClientSettings client = snapshot.client();
    if (!client.enableLogging()) {
      return false;
    }
    if (client.allowContentLoggingOverride()) {
      for (Header header : exchange.request().headers()) {
        if (header.is(HEADER)) {
          return header.value().trim().equalsIgnoreCase("false");
        }
      }
    }
    String key = exchange.charged().virtualKeyId();
    Optional<Boolean> own =
        key.isEmpty()
            ? Optional.empty()
            : snapshot.find(VirtualKey.class, key).flatMap(VirtualKey::disableContentLogging);
    return !own.orElse(client.disableContentLogging());
  }

  private boolean take(int bytes) {
    if (held.addAndGet(bytes) > mostHeld) {
      held.addAndGet(-bytes);
      return false;
    }
    return true;
  }
}
