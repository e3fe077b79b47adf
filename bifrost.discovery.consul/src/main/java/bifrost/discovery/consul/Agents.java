package bifrost.discovery.consul;

import bifrost.api.cluster.DiscoveryFailure;
import java.util.ArrayList;
import java.util.List;

/** Asks one agent after the other, beginning with the one that answered last. */
final class Agents implements AutoCloseable {
  private final List<Agent> agents;
  private volatile int current;

  Agents(ConsulSettings settings) {
    this.agents = settings.agents().stream().map(address -> new Agent(address, settings)).toList();
  }

  /** A call to one agent. */
  @FunctionalInterface
  interface Call<T> {
    T on(Agent agent) throws ConsulFailedException, InterruptedException;
  }

  /** All agents in the configured order: the local one first. */
  List<Agent> all() {
    return agents;
  }

  /** The first answer; fails with what every agent said. */
  <T> T ask(Call<T> call) throws ConsulFailedException, InterruptedException {
    int first = current;
    List<DiscoveryFailure> failures = new ArrayList<>();
    for (int i = 0; i < agents.size(); i++) {
      int index = (first + i) % agents.size();
      try {
        T answer = call.on(agents.get(index));
        current = index;
        return answer;
      } catch (ConsulFailedException e) {
        failures.add(e.failure());
        if (!e.isWorthAnother()) {
          break;
        }
      }
    }
    DiscoveryFailure all = DiscoveryFailure.of(failures, failures.size());
    throw new ConsulFailedException(all.reason(), all.cause(), true);
  }

  @Override
  public void close() {
    agents.forEach(Agent::close);
  }
}
