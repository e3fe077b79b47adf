package bifrost.it.discovery;

import bifrost.tck.consul.ConsulStub;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A stub of Consul with a federated data centre, and an agent, for each region. Its checks connect
 * to the pods, as real agents do: a pod that is paused still accepts connections.
 */
public final class ConsulBackend implements Backend {
  private static final List<String> REGIONS = List.of("eu", "us");
  private static final int LIES = 10_000;

  private final ConsulStub stub;

  /** Starts it. */
  public ConsulBackend() throws IOException {
    stub = ConsulStub.start(REGIONS.toArray(String[]::new));
    stub.connect();
  }

  @Override
  public String type() {
    return "consul";
  }

  @Override
  public String fields(Pod pod) {
    return ("\"service_name\": \"bifrost\", \"consul_address\": \"127.0.0.1:%d\","
            + " \"consul_check_interval\": \"2s\", %s")
        .formatted(stub.port(pod.region()), ALLOWED);
  }

  @Override
  public Set<String> registered() {
    return REGIONS.stream()
        .flatMap(region -> stub.serviceIds(region).stream())
        .map(id -> id.substring(id.indexOf(':') + 1))
        .filter(id -> !id.startsWith("lie-"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public boolean forgetsTheKilled() {
    return true;
  }

  @Override
  public boolean forgetsThePaused() {
    return false;
  }

  @Override
  public void hang(boolean now) {
    stub.setDark(now);
  }

  @Override
  public void slow(Duration delay) {
    stub.setDelay(delay.toMillis());
  }

  @Override
  public void lie() {
    for (int i = 0; i < LIES; i++) {
      boolean none = i % 2 == 0;
      stub.put(
          "eu",
          "bifrost:lie-" + i,
          "bifrost",
          "10.66.%d.%d".formatted(i / 250, i % 250),
          none ? 0 : 1,
          Map.of());
    }
  }

  @Override
  public void tellTheTruth() {
    stub.removeServices("eu", id -> id.startsWith("bifrost:lie-"));
  }

  @Override
  public void close() {
    stub.close();
  }
}
