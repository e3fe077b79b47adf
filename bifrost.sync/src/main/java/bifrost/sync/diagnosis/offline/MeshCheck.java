package bifrost.sync.diagnosis.offline;

import bifrost.api.cluster.ConfigurationCheck;
import bifrost.api.cluster.Finding;
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
    List<Callable<Collection<Symptom>>> checks =
        List.of(
            () -> StaticCheck.check(membership, type),
            () -> HostCheck.check(membership, replication),
            () -> TlsCheck.check(replication),
            () -> PeerCheck.check(membership, limit.dividedBy(2)),
            () -> BackendCheck.check(type, discovery, limit.dividedBy(2)));
    Instant now = Instant.now();
    return run(checks, limit).stream().map(symptom -> symptom.toFinding(now)).toList();
  }

  private static List<Symptom> run(List<Callable<Collection<Symptom>>> checks, Duration limit) {
    List<Symptom> symptoms = new ArrayList<>();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      for (Future<Collection<Symptom>> check :
          threads.invokeAll(checks, limit.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          symptoms.addAll(check.get());
        } catch (CancellationException e) {
          throw new IllegalStateException("a check did not end within " + limit, e);
        } catch (ExecutionException e) {
          throw new IllegalStateException("a check failed: " + e.getCause(), e.getCause());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      threads.shutdownNow();
    }
    return symptoms;
  }
}
