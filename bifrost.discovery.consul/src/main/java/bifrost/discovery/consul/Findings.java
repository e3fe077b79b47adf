package bifrost.discovery.consul;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import bifrost.api.cluster.PeerDiscovery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final Map<String, DiscoveryFailure> failures = new TreeMap<>();
  private final Map<String, Set<String>> others = new HashMap<>();
  private Optional<DiscoveryFailure> registration = Optional.empty();
  private Optional<DiscoveryFailure> list = Optional.empty();

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
  void failed(String datacenter, DiscoveryFailure failure) {
    tell(() -> failures.put(datacenter, failure.within("data centre " + datacenter + ": ")));
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
  void listed(Optional<DiscoveryFailure> failure) {
    run(
        () -> {
          boolean isNews = failure.isPresent() || list.isPresent();
          list = failure;
          if (isNews) {
            report();
          }
        });
  }

  /** Whether this node is registered: why not, or empty. */
  void registered(Optional<DiscoveryFailure> failure) {
    run(
        () -> {
          boolean isNews = failure.isPresent() || registration.isPresent();
          registration = failure;
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
    List<DiscoveryFailure> problems = new ArrayList<>();
    registration.ifPresent(problems::add);
    list.ifPresent(problems::add);
    problems.addAll(failures.values());
    found.values().stream()
        .map(Instances::problem)
        .filter(problem -> !problem.isEmpty())
        .map(problem -> new DiscoveryFailure(Reason.INVALID_ANSWER, problem))
        .forEach(problems::add);
    boolean nobodyAnswers = failures.keySet().containsAll(found.keySet());
    if (nobodyAnswers) {
      if (!problems.isEmpty()) {
        observer.failed(DiscoveryFailure.of(problems, MAX_TOLD));
      }
      return;
    }
    Set<Candidate> all = new LinkedHashSet<>();
    found.values().forEach(each -> all.addAll(each.candidates()));
    Set<Candidate> used = Set.copyOf(all.stream().limit(MAX_CANDIDATES).toList());
    if (used.size() < all.size()) {
      problems.add(
          new DiscoveryFailure(
              Reason.INVALID_ANSWER,
              "there are %d instances, only %d are used".formatted(all.size(), used.size())));
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
      observer.foundInPart(used, DiscoveryFailure.of(problems, MAX_TOLD));
    }
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
