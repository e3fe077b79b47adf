package bifrost.admin.rest;

import bifrost.api.status.NodeStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a node says of itself in tests.
 *
 * @param url where it listens
 */
public record TestStatus(String url) implements NodeStatus {
  @Override
  public Boot boot() {
    return new Boot(
        "node-a", 1, "1", "test", 0, Duration.ZERO, Duration.ofSeconds(5), Optional.of(url));
  }

  @Override
  public Readiness readiness() {
    return new Readiness(true, List.of());
  }

  @Override
  public List<ProviderState> providers() {
    return List.of(new ProviderState("echo", "echo", "bifrost.providers.echo", 0, 0, 0));
  }
}
