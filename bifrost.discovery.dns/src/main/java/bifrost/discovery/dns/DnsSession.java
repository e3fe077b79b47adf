package bifrost.discovery.dns;

import bifrost.api.cluster.Candidate;
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
        name.failed(
            "dns_names: '%s' cannot be looked up, %s"
                .formatted(name.name().text(), e.getCause().getMessage()),
            ticker.nanos());
      }
    }
    if (!asked.isEmpty()) {
      report();
    }
  }

  private void report() {
    List<String> problems =
        new ArrayList<>(
            names.stream().map(Watched::problem).filter(text -> !text.isEmpty()).toList());
    if (names.stream().allMatch(Watched::isFailing)) {
      observer.failed(told(problems));
      return;
    }
    Set<Candidate> candidates = new LinkedHashSet<>();
    names.forEach(name -> candidates.addAll(name.candidates()));
    if (candidates.size() > MAX_CANDIDATES) {
      problems.add(
          "dns_names: there are %d entries, only %d are used"
              .formatted(candidates.size(), MAX_CANDIDATES));
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
      observer.foundInPart(used, told(problems));
    }
  }

  /** One line of the first few; there can be as many as there are names. */
  private static String told(List<String> problems) {
    String first = String.join("; ", problems.subList(0, Math.min(MAX_TOLD, problems.size())));
    int more = problems.size() - MAX_TOLD;
    return more > 0 ? first + "; and " + more + " more" : first;
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
