package bifrost.it.cluster.probe;

import bifrost.api.governance.LimitInspector;
import bifrost.api.governance.LimitState;
import bifrost.api.http.HttpExchange;
import bifrost.api.http.HttpResource;
import bifrost.api.ledger.Counter;
import bifrost.api.ledger.Ledger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Part of a bundle that tests install into a node, for what the management API has no place for:
 * waits inside the node until it counts something, and adds to its ledger what requests would.
 */
public final class ProbeResource implements HttpResource {
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final int STEPS_OF_A_SECOND = 100;
  private static final int COUNTERS_OF_A_REQUEST = 2;
  private static final long COST = 1_000_000;

  /** The same on all nodes, as that of a window that is a function of its row. */
  private static final long WINDOW_END = Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();

  private final Ledger ledger;
  private final LimitInspector limits;

  /** Wires the resource. */
  public ProbeResource(Ledger ledger, LimitInspector limits) {
    this.ledger = ledger;
    this.limits = limits;
  }

  @Override
  public String prefix() {
    return "/probe";
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try {
      switch (exchange.path()) {
        case "/probe/await" ->
            answer(exchange, await(exchange.query("id").orElseThrow(), number(exchange, "value")));
        case "/probe/spend" ->
            answer(
                exchange,
                spend(
                    (int) number(exchange, "rate"),
                    (int) number(exchange, "seconds"),
                    (int) number(exchange, "counters")));
        default -> exchange.respond(404, "", new byte[0]);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long await(String budget, long value) throws InterruptedException {
    long end = System.nanoTime() + WAIT_NANOS;
    while (settled(budget) < value && System.nanoTime() < end) {
      Thread.sleep(1);
    }
    return settled(budget);
  }

  private long settled(String budget) {
    return limits.budget(budget).map(LimitState::settled).orElse(-1L);
  }

  private long spend(int rate, int seconds, int counters) throws InterruptedException {
    List<Counter> open = new ArrayList<>();
    for (int i = 0; i < counters; i++) {
      open.add(ledger.open("bench.spend-" + i, 0, WINDOW_END));
    }
    Random random = new Random();
    long added = 0;
    long start = System.nanoTime();
    for (int step = 1; step <= seconds * STEPS_OF_A_SECOND; step++) {
      for (; added < (long) rate * step / STEPS_OF_A_SECOND; added++) {
        for (int i = 0; i < COUNTERS_OF_A_REQUEST; i++) {
          open.get(random.nextInt(counters)).add(COST);
        }
      }
      long due = start + TimeUnit.SECONDS.toNanos(1) / STEPS_OF_A_SECOND * step;
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
    }
    return added;
  }

  private static long number(HttpExchange exchange, String name) {
    return Long.parseLong(exchange.query(name).orElseThrow());
  }

  private static void answer(HttpExchange exchange, long number) throws IOException {
    exchange.respond(200, "text/plain", Long.toString(number).getBytes(StandardCharsets.UTF_8));
  }
}
