package bifrost.sync.diagnosis.offline;

import bifrost.api.cluster.ConfigurationCheck;
import bifrost.api.cluster.Finding;
import bifrost.sync.diagnosis.rules.Fault;
import bifrost.sync.diagnosis.rules.Symptom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Checks the mesh's part of a configuration: what it says itself, the ports of this host, the
 * configured peers, the backend of discovery. All checks run at once and within one limit.
 */
public final class MeshCheck implements ConfigurationCheck {
  private static final String MEMBERSHIP = "bifrost.sync.membership";
  private static final String REPLICATION = "bifrost.sync.replication";
  private static final String DISCOVERY = "bifrost.discovery.";

  @Override
  public List<Finding> check(Map<String, Map<String, Object>> configurations, Duration limit) {
    if (!configurations.containsKey(MEMBERSHIP)) {
      return List.of(); // no cluster is configured
    }
    MeshProperties membership = new MeshProperties(configurations.get(MEMBERSHIP));
    MeshProperties replication =
        new MeshProperties(configurations.getOrDefault(REPLICATION, Map.of()));
    String type =
        configurations.keySet().stream()
            .filter(pid -> pid.startsWith(DISCOVERY))
            .map(pid -> pid.substring(DISCOVERY.length()))
            .findFirst()
            .orElse("");
    MeshProperties discovery =
        new MeshProperties(configurations.getOrDefault(DISCOVERY + type, Map.of()));
    List<Check> checks =
        List.of(
            new Check("what the file says", () -> StaticCheck.check(membership, type)),
            new Check("this host's ports", () -> HostCheck.check(membership, replication)),
            new Check("the certificates", () -> TlsCheck.check(replication)),
            new Check(
                "the configured peers", () -> PeerCheck.check(membership, limit.dividedBy(2))),
            new Check(
                "the backend of discovery",
                () -> BackendCheck.check(type, discovery, limit.dividedBy(2))));
    Instant now = Instant.now();
    return run(checks, limit).stream().map(symptom -> symptom.toFinding(now)).toList();
  }

  /** One of the checks, and what it is of. */
  record Check(String of, Callable<Collection<Symptom>> work) {}

  /** All checks at once; one that does not end, or fails, is a finding and takes no other away. */
  static List<Symptom> run(List<Check> checks, Duration limit) {
    List<Symptom> symptoms = new ArrayList<>();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<Collection<Symptom>>> running =
          threads.invokeAll(
              checks.stream().map(Check::work).toList(), limit.toMillis(), TimeUnit.MILLISECONDS);
      for (int i = 0; i < checks.size(); i++) {
        symptoms.addAll(outcome(checks.get(i).of(), running.get(i), limit));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      threads.shutdownNow();
    }
    return symptoms;
  }

  private static Collection<Symptom> outcome(
      String of, Future<Collection<Symptom>> check, Duration limit) throws InterruptedException {
    try {
      return check.get();
    } catch (CancellationException e) {
      return List.of(
          unfinished(
              of,
              "The check of %s did not end within %d s.".formatted(of, limit.toSeconds()),
              "it was stopped after %d s; what it would have found is not known"
                  .formatted(limit.toSeconds())));
    } catch (ExecutionException e) {
      return List.of(
          unfinished(of, "The check of %s failed.".formatted(of), String.valueOf(e.getCause())));
    }
  }

  private static Symptom unfinished(String of, String cause, String evidence) {
    return Symptom.of(
        Fault.CHECK_UNFINISHED,
        of,
        cause,
        evidence,
        "See what this host cannot reach or resolve of the names and addresses in the file, and run"
            + " the check again.");
  }
}
