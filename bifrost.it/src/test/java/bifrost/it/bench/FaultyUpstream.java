package bifrost.it.bench;

import bifrost.tck.upstream.Faults;
import bifrost.tck.upstream.UpstreamSimulator;
import bifrost.tck.upstream.Wire;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * An upstream that ends its answers in every way, and keeps what it has reported. Calls that are
 * not streamed are answered in full.
 */
final class FaultyUpstream implements AutoCloseable {
  /** The most tokens of a prompt that it reports; less than any body here has bytes. */
  private static final int MOST_PROMPT = 40;

  /** The most tokens of an answer that it reports; what the requests allow. */
  static final int MOST_OUTPUT = 100;

  private final UpstreamSimulator simulator = UpstreamSimulator.start().recording(false);
  private final Map<Ending, Reported> reported = new EnumMap<>(Ending.class);
  private final AtomicLong draws;

  /** What it has reported for one way of ending. */
  record Reported(LongAdder calls, LongAdder input, LongAdder output) {
    /** What that costs at {@link FaultLoad}'s prices, in billionths of a dollar. */
    long costNanos() {
      return 1_000 * input.sum() + 2_000 * output.sum();
    }
  }

  FaultyUpstream(long seed) {
    draws = new AtomicLong(seed);
    for (Ending ending : Ending.values()) {
      reported.put(ending, new Reported(new LongAdder(), new LongAdder(), new LongAdder()));
      simulator.onModel(ending.model(), wire -> send(ending, wire));
    }
  }

  String baseUrl() {
    return simulator.baseUrl();
  }

  Reported reported(Ending ending) {
    return reported.get(ending);
  }

  @Override
  public void close() {
    simulator.close();
  }

  private void send(Ending ending, Wire wire) throws IOException, InterruptedException {
    reported.get(ending).calls().increment();
    if (!wire.request().stream()) {
      wire.json(
          200,
          "{\"id\":\"c\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,"
              + "\"message\":{\"role\":\"assistant\",\"content\":\"x\"},"
              + "\"finish_reason\":\"stop\"}],\"usage\":"
              + usage(ending)
              + "}");
      return;
    }
    switch (ending) {
      case SILENT -> wire.awaitClientGone();
      case CLOSED -> wire.close();
      case REFUSED -> Faults.rateLimited(1).send(wire);
      default -> stream(ending, wire);
    }
  }

  private void stream(Ending ending, Wire wire) throws IOException, InterruptedException {
    wire.startEvents();
    wire.event(chunk("{\"content\":\"x\"}", ""));
    if (ending.truth() == Ending.Truth.REPORTED) {
      wire.event("{\"id\":\"c\",\"choices\":[],\"usage\":" + usage(ending) + "}");
      wire.event(chunk("{\"content\":\"after usage\"}", ""));
    }
    switch (ending) {
      case WHOLE -> {
        wire.event(chunk("{}", "stop"));
        wire.event("[DONE]");
        wire.end();
      }
      case CUT, CUT_AFTER_USAGE -> wire.close();
      case RESET, RESET_AFTER_USAGE -> reset(wire);
      case ERROR, ERROR_AFTER_USAGE -> {
        wire.event("{\"error\":{\"type\":\"server_error\",\"code\":null,\"message\":\"no more\"}}");
        wire.end();
      }
      default -> wire.awaitClientGone();
    }
  }

  /** A reset throws away what the other side has not read yet, so what was reported goes first. */
  private static void reset(Wire wire) throws IOException, InterruptedException {
    Thread.sleep(50);
    wire.reset();
  }

  /** Draws a usage and keeps it. */
  private String usage(Ending ending) {
    SplittableRandom random = new SplittableRandom(draws.incrementAndGet());
    int input = 1 + random.nextInt(MOST_PROMPT);
    int output = 1 + random.nextInt(MOST_OUTPUT);
    reported.get(ending).input().add(input);
    reported.get(ending).output().add(output);
    return "{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}"
        .formatted(input, output, input + output);
  }

  private static String chunk(String delta, String reason) {
    return "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
        + delta
        + ",\"finish_reason\":"
        + (reason.isEmpty() ? "null" : "\"" + reason + "\"")
        + "}]}";
  }
}
