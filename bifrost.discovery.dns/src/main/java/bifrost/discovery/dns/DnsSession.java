package bifrost.discovery.dns;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import bifrost.api.cluster.PeerDiscovery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Asks for each name when it is due and reports the union of what all names gave. One thread owns
 * it; questions of one round run side by side.
 */
final class DnsSession implements PeerDiscovery.Session {
  /** More than that the observer would cut off. */
  private static final int MAX_CANDIDATES = 4_096;

  /** How many problems are told; there can be as many as there are names. */
  private static final int MAX_TOLD = 3;

  private static final Duration CLOSE = Duration.ofSeconds(4);

  private final DnsSettings settings;
  private final PeerDiscovery.Observer observer;
  private final Supplier<ServerList> servers;
  private final Ticker ticker;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(
          Thread.ofVirtual().name("bifrost-discovery-dns-lookup").factory());
  private final Function<ServerList, Asking> dns;
  private final List<Watched> names;
  private final Thread thread;
  private boolean hasAnswered;

  DnsSession(
      DnsSettings settings,
      PeerDiscovery.Observer observer,
      Supplier<ServerList> servers,
      Function<ServerList, Asking> dns,
      Ticker ticker) {
    this.settings = settings;
    this.observer = observer;
    this.servers = servers;
    this.dns = dns;
    this.ticker = ticker;
    long now = ticker.nanos();
    this.names = settings.names().stream().map(name -> new Watched(name, settings, now)).toList();
    this.thread = Thread.ofVirtual().name("bifrost-discovery-dns").unstarted(this::run);
  }

  /** Starts a session that asks the network. */
  static DnsSession open(DnsSettings settings, PeerDiscovery.Observer observer) {
    DnsSession session =
        new DnsSession(
            settings,
            observer,
            ServerList.of(settings.servers()),
            list -> new Servers(list::servers),
            Ticker.SYSTEM);
    session.start();
    return session;
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        round();
        long due = names.stream().mapToLong(Watched::due).min().orElseThrow();
        ticker.sleep(Math.max(0, due - ticker.nanos()));
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /** Asks for the names that are due, and reports. */
  void round() throws InterruptedException {
    ServerList list = servers.get();
    Asking asking = dns.apply(list);
    AddressLookup addresses = new AddressLookup(asking, threads);
    NameLookup lookup = new NameLookup(addresses, new ServiceLookup(asking, addresses, threads));
    long now = ticker.nanos();
    long deadline = System.nanoTime() + settings.timeout().toNanos();
    Map<Watched, Future<Found>> asked = new LinkedHashMap<>();
    for (Watched name : names) {
      if (name.due() - now <= 0) {
        asked.put(name, threads.submit(() -> lookup.look(name.name(), list, deadline)));
      }
    }
    for (Map.Entry<Watched, Future<Found>> each : asked.entrySet()) {
      Watched name = each.getKey();
      try {
        name.answered(each.getValue().get(), ticker.nanos());
      } catch (ExecutionException e) {
        name.failed(failure(name, e.getCause()), ticker.nanos());
      }
    }
    if (!asked.isEmpty()) {
      report();
    }
  }

  private void report() {
    List<DiscoveryFailure> problems =
        new ArrayList<>(names.stream().flatMap(name -> name.problem().stream()).toList());
    if (names.stream().allMatch(Watched::isFailing)) {
      observer.failed(DiscoveryFailure.of(problems, MAX_TOLD));
      return;
    }
    Set<Candidate> candidates = new LinkedHashSet<>();
    names.forEach(name -> candidates.addAll(name.candidates()));
    if (candidates.size() > MAX_CANDIDATES) {
      problems.add(
          new DiscoveryFailure(
              Reason.INVALID_ANSWER,
              "dns_names: there are %d entries, only %d are used"
                  .formatted(candidates.size(), MAX_CANDIDATES)));
    }
    Set<Candidate> used =
        candidates.size() > MAX_CANDIDATES
            ? new LinkedHashSet<>(candidates.stream().limit(MAX_CANDIDATES).toList())
            : candidates;
    List<String> malformed = names.stream().flatMap(name -> name.malformed().stream()).toList();
    observer.malformed(malformed.size(), malformed.isEmpty() ? "" : malformed.get(0));
    if (!hasAnswered) {
      hasAnswered = true;
      observer.registered();
    }
    if (problems.isEmpty()) {
      observer.found(used);
    } else {
      observer.foundInPart(used, DiscoveryFailure.of(problems, MAX_TOLD));
    }
  }

  private static DiscoveryFailure failure(Watched name, Throwable cause) {
    return new DiscoveryFailure(
        cause instanceof NoAnswerException none ? none.reason() : Reason.INVALID_ANSWER,
        "dns_names: '%s' cannot be looked up, %s"
            .formatted(name.name().text(), cause.getMessage()));
  }

  @Override
  public void close() {
    thread.interrupt();
    threads.shutdownNow();
    if (thread.isAlive() && thread != Thread.currentThread()) {
      try {
        thread.join(CLOSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
