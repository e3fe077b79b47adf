package bifrost.it.database;

import bifrost.tck.upstream.Reply;
import bifrost.tck.upstream.Wire;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** Chat answers of 0.7 kB that each tell of another usage. */
final class VaryingUsage implements Reply {
  private static final String BODY =
      """
      {"id":"chatcmpl-sim","object":"chat.completion","created":1760000000,"model":"%s",\
      "choices":[{"index":0,"message":{"role":"assistant","content":"%s","refusal":null,\
      "annotations":[]},"logprobs":null,"finish_reason":"stop"}],\
      "usage":{"prompt_tokens":%%d,"completion_tokens":%%d,"total_tokens":%%d},\
      "service_tier":"default","system_fingerprint":"fp_sim"}"""
          .formatted(Setup.MODEL, "nice weather ".repeat(28).strip());

  private final AtomicInteger number = new AtomicInteger();

  @Override
  public void send(Wire wire) throws IOException, InterruptedException {
    int n = number.getAndIncrement() & Integer.MAX_VALUE;
    int input = 10 + n % 41;
    int output = 1 + n % 97;
    wire.json(200, BODY.formatted(input, output, input + output));
  }
}
