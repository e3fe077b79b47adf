package bifrost.discovery.consul;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.DiscoveryFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.kiwiproject.consul.model.agent.ImmutableRegCheck;
import org.kiwiproject.consul.model.agent.ImmutableRegistration;
import org.kiwiproject.consul.model.agent.Registration;

/**
 * Keeps this node registered with the first agent that answers, the local one by preference, and
 * looks again at each interval: an agent that was restarted may have forgotten it.
 *
 * <p>All sessions of a node use one registration, so that a node that crashed and came back is not
 * there twice. It says which session wrote it; the newest session owns it, and an older one neither
 * overwrites it nor takes it back.
 */
final class Registrar {
  private static final String SESSION = "session";
  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(5);

  private final ConsulSettings settings;
  private final Announcement self;
  private final List<Agent> agents;
  private final Findings findings;
  private final String id;

  /** Begins with the time, so that the newer of two sessions is the greater. */
  private final String session =
      "%013d-%s".formatted(System.currentTimeMillis(), UUID.randomUUID());

  private final Set<Agent> places = new LinkedHashSet<>();

  Registrar(ConsulSettings settings, Announcement self, List<Agent> agents, Findings findings) {
    this.settings = settings;
    this.self = self;
    this.agents = agents;
    this.findings = findings;
    this.id = settings.serviceName() + ":" + self.nodeId();
  }

  /** Registers, and keeps the registration until the thread is interrupted. */
  void run() throws InterruptedException {
    int failures = 0;
    while (true) {
      failures = keep() ? 0 : failures + 1;
      Duration pause = failures == 0 ? settings.checkInterval() : Pause.after(failures);
      Thread.sleep(
          pause.compareTo(settings.checkInterval()) < 0 ? pause : settings.checkInterval());
    }
  }

  /** Registers with the first agent that takes it, and withdraws from the others. */
  private boolean keep() throws InterruptedException {
    List<DiscoveryFailure> failures = new ArrayList<>();
    for (Agent agent : agents) {
      try {
        boolean isNew = keepAt(agent) || places.isEmpty();
        boolean moved = places.add(agent);
        if (isNew || moved) {
          findings.newlyRegistered();
        }
        findings.registered(Optional.empty());
        withdrawFromOthers(agent);
        return true;
      } catch (ConsulFailedException e) {
        failures.add(e.failure());
      }
    }
    findings.registered(
        Optional.of(
            DiscoveryFailure.of(failures, failures.size())
                .within("this node cannot be registered: ")));
    return false;
  }

  /** Whether it had to be written. */
  private boolean keepAt(Agent agent) throws ConsulFailedException, InterruptedException {
    Optional<String> owner = agent.registered(id).map(Registrar::session);
    boolean isKept = owner.isPresent() && owner.get().compareTo(session) >= 0;
    if (!isKept) {
      agent.register(registration());
    }
    return !isKept;
  }

  private void withdrawFromOthers(Agent kept) throws InterruptedException {
    for (Agent agent : List.copyOf(places)) {
      if (agent != kept && withdraw(agent)) {
        places.remove(agent);
      }
    }
  }

  /** Takes the registration back wherever it was written, unless a newer session has it. */
  void withdraw() throws InterruptedException {
    for (Agent agent : List.copyOf(places)) {
      withdraw(agent);
    }
  }

  private boolean withdraw(Agent agent) throws InterruptedException {
    try {
      Optional<String> owner = agent.registered(id).map(Registrar::session);
      if (owner.isPresent() && owner.get().equals(session)) {
        agent.deregister(id);
      }
      return true;
    } catch (ConsulFailedException e) {
      return false; // its check will fail, and the agent forgets it
    }
  }

  private static String session(Map<String, String> meta) {
    return meta.getOrDefault(SESSION, "");
  }

  private Registration registration() {
    String address =
        self.host().indexOf(':') >= 0
            ? "[" + self.host() + "]:" + self.port()
            : self.host() + ":" + self.port();
    Duration timeout =
        settings.checkInterval().compareTo(CHECK_TIMEOUT) < 0
            ? settings.checkInterval()
            : CHECK_TIMEOUT;
    return ImmutableRegistration.builder()
        .id(id)
        .name(settings.serviceName())
        .address(self.host())
        .port(self.port())
        .addTags(ConsulSettings.TAG)
        .addAllTags(settings.tags())
        .putMeta(Instances.NODE_ID, self.nodeId())
        .putMeta(Instances.REGION, self.region())
        .putMeta(SESSION, session)
        .check(
            ImmutableRegCheck.builder()
                .name("gossip port of " + self.nodeId())
                .tcp(address)
                .interval(millis(settings.checkInterval()))
                .timeout(millis(timeout))
                .status("passing")
                .deregisterCriticalServiceAfter(millis(settings.deregisterAfter()))
                .build())
        .build();
  }

  private static String millis(Duration duration) {
    return duration.toMillis() + "ms";
  }
}
