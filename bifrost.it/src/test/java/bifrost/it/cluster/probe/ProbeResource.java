package bifrost.it.cluster.probe;

import bifrost.api.governance.LimitInspector;
import bifrost.api.governance.LimitState;
import bifrost.api.http.HttpExchange;
import bifrost.api.http.HttpResource;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.SnapshotOwner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Part of a bundle that tests install into a node: tells what the node believes of a budget, waits
 * until it believes it, and ends a virtual key.
 */
public final class ProbeResource implements HttpResource {
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final SnapshotOwner snapshots;
  private final LimitInspector limits;

  /** Wires the resource. */
  public ProbeResource(SnapshotOwner snapshots, LimitInspector limits) {
    this.snapshots = snapshots;
    this.limits = limits;
  }

  @Override
  public String prefix() {
    return "/probe";
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String id = exchange.query("id").orElse("");
    switch (exchange.path()) {
      case "/probe/settled" -> answer(exchange, Long.toString(settled(id)));
      case "/probe/await" -> answer(exchange, await(id, Long.parseLong(query(exchange, "value"))));
      case "/probe/end-key" ->
          answer(
              exchange, snapshots.remove(EntityType.VIRTUAL_KEY, id, Optional.empty()).toString());
      default -> exchange.respond(404, "", new byte[0]);
    }
  }

  private long settled(String budget) {
    return limits.budget(budget).map(LimitState::settled).orElse(-1L);
  }

  private String await(String budget, long value) {
    long end = System.nanoTime() + WAIT_NANOS;
    while (settled(budget) < value && System.nanoTime() < end) {
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return Long.toString(settled(budget));
  }

  private static String query(HttpExchange exchange, String name) {
    return exchange.query(name).orElseThrow();
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    exchange.respond(200, "text/plain", text.getBytes(StandardCharsets.UTF_8));
  }
}
