package bifrost.discovery.consul;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import bifrost.api.cluster.PeerDiscovery;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One thread keeps the registration, one lists the data centres, and one for each data centre
 * follows the service there by blocking queries.
 */
final class ConsulSession implements PeerDiscovery.Session {
  private static final int MAX_DATACENTERS = 64;

  /** How often data centres and the names of other clusters are listed. */
  private static final int LISTED_EVERY = 3;

  /** The least time between two answers. */
  private static final Duration LEAST = Duration.ofMillis(100);

  private static final Duration CLOSE = Duration.ofSeconds(4);

  private final ConsulSettings settings;
  private final Agents agents;
  private final Findings findings;
  private final Registrar registrar;
  private final Thread registering;
  private final Thread listing;

  private final AtomicBoolean closed = new AtomicBoolean();

  /** Owned by the thread that lists. */
  private final Map<String, Thread> watching = new HashMap<>();

  ConsulSession(ConsulSettings settings, Announcement self, PeerDiscovery.Observer observer) {
    this.settings = settings;
    this.agents = new Agents(settings);
    this.findings = new Findings(observer);
    this.registrar = new Registrar(settings, self, agents.all(), findings);
    this.registering = start("registration", registrar::run);
    this.listing = start("datacenters", this::list);
  }

  /** What a thread does until it is interrupted. */
  @FunctionalInterface
  private interface Work {
    void run() throws InterruptedException;
  }

  private static Thread start(String name, Work work) {
    return Thread.ofVirtual()
        .name("bifrost-discovery-consul-" + name)
        .start(
            () -> {
              try {
                work.run();
              } catch (InterruptedException e) {
                // closed
              }
            });
  }

  private void list() throws InterruptedException {
    int failures = 0;
    try {
      while (true) {
        Duration pause = settings.checkInterval().multipliedBy(LISTED_EVERY);
        try {
          follow(datacenters());
          failures = 0;
        } catch (ConsulFailedException e) {
          findings.listed(Optional.of(e.failure().within("the data centres cannot be listed: ")));
          pause = Pause.after(++failures);
        }
        Thread.sleep(pause);
      }
    } finally {
      watching.values().forEach(Thread::interrupt);
    }
  }

  private List<String> datacenters() throws ConsulFailedException, InterruptedException {
    if (!settings.datacenters().isEmpty()) {
      return settings.datacenters();
    }
    List<String> listed = agents.ask(Agent::datacenters);
    List<String> usable =
        listed.stream().filter(ConsulSettings::isDatacenter).limit(MAX_DATACENTERS).toList();
    findings.listed(
        usable.size() < listed.size()
            ? Optional.of(
                new DiscoveryFailure(
                    Reason.INVALID_ANSWER,
                    "%d of %d data centres are left out"
                        .formatted(listed.size() - usable.size(), listed.size())))
            : Optional.empty());
    return usable;
  }

  /** Starts to follow new data centres and stops with those that are gone. */
  private void follow(List<String> datacenters) throws InterruptedException {
    for (String datacenter : datacenters) {
      watching.computeIfAbsent(datacenter, name -> start("datacenter-" + name, () -> watch(name)));
    }
    Set<String> gone = new HashSet<>(watching.keySet());
    datacenters.forEach(gone::remove);
    for (String datacenter : gone) {
      Thread thread = watching.remove(datacenter);
      thread.interrupt();
      thread.join();
      findings.gone(datacenter);
    }
    for (String datacenter : datacenters) {
      try {
        Map<String, List<String>> services = agents.ask(agent -> agent.services(datacenter));
        findings.others(datacenter, ServiceNames.others(settings.serviceName(), services));
      } catch (ConsulFailedException e) {
        // told by the thread that follows this data centre
      }
    }
  }

  private void watch(String datacenter) throws InterruptedException {
    BigInteger index = BigInteger.ZERO;
    int failures = 0;
    while (true) {
      BigInteger asked = index;
      try {
        Agent.Page page =
            agents.ask(agent -> agent.instances(settings.serviceName(), datacenter, asked));
        findings.found(datacenter, page.instances());
        index = BlockingIndex.next(asked, page.index());
        failures = 0;
        // A server without indexes, or one that answers at once, would be asked all the time.
        Thread.sleep(index.signum() == 0 ? Pause.after(1) : LEAST);
      } catch (ConsulFailedException e) {
        index = BigInteger.ZERO;
        findings.failed(datacenter, e.failure());
        Thread.sleep(Pause.after(++failures));
      }
    }
  }

  /** Stops without taking the registration back, as the death of the process would. */
  void abandon() {
    closed.set(true);
    registering.interrupt();
    listing.interrupt();
    findings.close();
    agents.close();
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    List<Thread> threads = new ArrayList<>(List.of(registering, listing));
    threads.forEach(Thread::interrupt);
    findings.close();
    Thread withdrawing =
        start(
            "withdrawal",
            () -> {
              registering.join();
              registrar.withdraw();
            });
    threads.addFirst(withdrawing);
    long end = System.nanoTime() + CLOSE.toNanos();
    try {
      for (Thread thread : threads) {
        thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    withdrawing.interrupt();
    agents.close();
  }
}
