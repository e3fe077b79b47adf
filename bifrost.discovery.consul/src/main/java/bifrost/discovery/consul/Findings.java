package bifrost.discovery.consul;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.PeerDiscovery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * Unites what the data centres gave and reports it. One thread owns the state and calls the
 * observer; whoever has news hands it over and goes on.
 */
final class Findings implements AutoCloseable {
  private static final int MAX_CANDIDATES = 4_096;
  private static final int MAX_TOLD = 3;

  private final PeerDiscovery.Observer observer;
  private final ExecutorService owner =
      Executors.newSingleThreadExecutor(
          Thread.ofVirtual().name("bifrost-discovery-consul-findings").factory());
  private final Map<String, Instances> found = new TreeMap<>();
  private final Map<String, String> failures = new TreeMap<>();
  private final Map<String, Set<String>> others = new HashMap<>();
  private String registration = "";
  private String list = "";

  Findings(PeerDiscovery.Observer observer) {
    this.observer = observer;
  }

  /** A data centre answered. */
  void found(String datacenter, Instances instances) {
    tell(
        () -> {
          found.put(datacenter, instances);
          failures.remove(datacenter);
        });
  }

  /** A data centre did not answer; what it gave before stays. */
  void failed(String datacenter, String cause) {
    tell(() -> failures.put(datacenter, "data centre " + datacenter + ": " + cause));
  }

  /** A data centre is no longer federated. */
  void gone(String datacenter) {
    tell(
        () -> {
          found.remove(datacenter);
          failures.remove(datacenter);
          others.remove(datacenter);
        });
  }

  /** Whether the data centres could be listed: why not, or empty. */
  void listed(String cause) {
    run(
        () -> {
          boolean isNews = !cause.isEmpty() || !list.isEmpty();
          list = cause;
          if (isNews) {
            report();
          }
        });
  }

  /** Whether this node is registered: why not, or empty. */
  void registered(String cause) {
    run(
        () -> {
          boolean isNews = !cause.isEmpty() || !registration.isEmpty();
          registration = cause;
          if (isNews) {
            report();
          }
        });
  }

  /** This node was registered where it was not before. */
  void newlyRegistered() {
    run(observer::registered);
  }

  /** The names of other clusters in a data centre. */
  void others(String datacenter, Set<String> names) {
    run(
        () -> {
          others.put(datacenter, names);
          Set<String> all = new LinkedHashSet<>();
          others.values().forEach(all::addAll);
          observer.others(Set.copyOf(all.stream().limit(ServiceNames.MAX).toList()));
        });
  }

  private void tell(Runnable change) {
    run(
        () -> {
          change.run();
          report();
        });
  }

  private void report() {
    List<String> problems = new ArrayList<>();
    for (String own : List.of(registration, list)) {
      if (!own.isEmpty()) {
        problems.add(own);
      }
    }
    problems.addAll(failures.values());
    found.values().stream()
        .map(Instances::problem)
        .filter(problem -> !problem.isEmpty())
        .forEach(problems::add);
    boolean nobodyAnswers = failures.keySet().containsAll(found.keySet());
    if (nobodyAnswers) {
      if (!problems.isEmpty()) {
        observer.failed(told(problems));
      }
      return;
    }
    Set<Candidate> all = new LinkedHashSet<>();
    found.values().forEach(each -> all.addAll(each.candidates()));
    Set<Candidate> used = Set.copyOf(all.stream().limit(MAX_CANDIDATES).toList());
    if (used.size() < all.size()) {
      problems.add("there are %d instances, only %d are used".formatted(all.size(), used.size()));
    }
    observer.malformed(
        found.values().stream().mapToInt(Instances::malformed).sum(),
        found.values().stream()
            .map(Instances::example)
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse(""));
    if (problems.isEmpty()) {
      observer.found(used);
    } else {
      observer.foundInPart(used, told(problems));
    }
  }

  private static String told(List<String> problems) {
    String first = String.join("; ", problems.subList(0, Math.min(MAX_TOLD, problems.size())));
    int more = problems.size() - MAX_TOLD;
    return more > 0 ? first + "; and " + more + " more" : first;
  }

  private void run(Runnable task) {
    try {
      owner.execute(task);
    } catch (RejectedExecutionException e) {
      // closed: nobody is to be told any more
    }
  }

  @Override
  public void close() {
    owner.shutdownNow();
  }
}
