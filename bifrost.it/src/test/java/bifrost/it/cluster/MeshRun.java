package bifrost.it.cluster;

import bifrost.it.cluster.MeshLoad.Call;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * What is shown with the six nodes of a {@link Mesh}; the test asks for little, the bench for more.
 */
final class MeshRun implements AutoCloseable {
  private static final int CLIENTS_OF_A_POD = 2;
  private static final Duration BUSY = Duration.ofMillis(5);

  /** Leaves room for a node to start. */
  private static final Duration CALM = Duration.ofMillis(50);

  /** A budget of 100 dollars, one that is never used up, and keys for each of the exercises. */
  private static final String SECTIONS =
      """
      "client": {"enforce_auth_on_inference": true},
      "governance": {
        "pricing_overrides": [
          {"id": "p", "model": "echo-1", "prices": {"input_tokens": 50000, "output_tokens": 50000}}],
        "virtual_keys": [%s, %s, %s, %s]}"""
          .formatted(
              key("converge", 1_000_000),
              key("hundred", 100),
              key("revoke", 1_000_000),
              key("rolling", 1_000_000));

  private final Mesh mesh;

  MeshRun(Path folder) throws Exception {
    mesh = new Mesh(folder, SECTIONS);
    try {
      mesh.start();
    } catch (Exception | AssertionError e) {
      mesh.close();
      throw e;
    }
  }

  Mesh mesh() {
    return mesh;
  }

  /** The bytes of replication that went from one region to the other, both ways. */
  long delayedBytes() {
    return mesh.pods().stream().mapToLong(pod -> pod.relay().delayedBytes()).sum();
  }

  /**
   * How long after the answer of a call the other nodes count it.
   *
   * @param within on the nodes of the same region
   * @param across on the nodes of the other region
   */
  record Convergence(Spread within, Spread across) {}

  /** Calls one node after the other, and waits on all others until they count the call. */
  Convergence converge(int rounds) throws Exception {
    List<Pod> pods = mesh.pods();
    call(pods.getFirst(), "converge");
    long cost = pods.getFirst().settled("b-converge");
    awaitSettled("b-converge", cost);
    List<Long> within = new ArrayList<>();
    List<Long> across = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < rounds; round++) {
        Pod caller = pods.get(round % pods.size());
        long wanted = cost * (round + 2L);
        Map<Pod, Future<Long>> waiting = new LinkedHashMap<>();
        for (Pod other : pods) {
          if (other != caller) {
            waiting.put(other, threads.submit(() -> counted(other, wanted)));
          }
        }
        // the waiting calls are inside the nodes before there is something to wait for
        TimeUnit.MILLISECONDS.sleep(50);
        call(caller, "converge");
        long answered = System.nanoTime();
        for (Map.Entry<Pod, Future<Long>> other : waiting.entrySet()) {
          List<Long> times = other.getKey().region().equals(caller.region()) ? within : across;
          times.add(Math.max(0, other.getValue().get() - answered));
        }
      }
    }
    return new Convergence(Spread.ofNanos(within), Spread.ofNanos(across));
  }

  /**
   * A budget that was spent.
   *
   * @param accepted calls that were answered
   * @param cost what each of them cost, in billionths of a dollar
   * @param settled what each node says
   * @param stored what the database says
   */
  record Spent(long accepted, long cost, Map<String, Long> settled, long stored) {}

  /** Spends the budget of 100 on all nodes at once, until all of them refuse. */
  Spent spend() throws Exception {
    long before = mesh.pods().getFirst().settled("b-hundred");
    call(mesh.pods().getFirst(), "hundred");
    long cost = mesh.pods().getFirst().settled("b-hundred") - before;
    long accepted = 1;
    try (MeshLoad load = new MeshLoad(mesh.pods(), "sk-bf-hundred", CLIENTS_OF_A_POD, true, BUSY)) {
      mesh.await(
          "not all nodes refuse",
          () ->
              mesh.pods().stream()
                  .allMatch(
                      pod ->
                          load.calls().stream()
                                  .filter(call -> call.pod() == pod && !call.accepted())
                                  .count()
                              > 5));
      load.close();
      accepted += load.accepted();
      requireNone(load.failures());
    }
    long total = accepted * cost;
    awaitSettled("b-hundred", total);
    mesh.await("the database does not hold it", () -> mesh.stored("b-hundred") >= total);
    return new Spent(accepted, cost, settled("b-hundred"), mesh.stored("b-hundred"));
  }

  /**
   * A key that was ended under load.
   *
   * @param lastMillis how long after the change the last call began that was accepted anywhere;
   *     negative when none was
   * @param acceptedAgain calls that a node accepted after it had refused one
   * @param calls how many calls there were in all
   */
  record Revoked(double lastMillis, long acceptedAgain, int calls) {}

  /** Ends a key at one node while all nodes are called with it. */
  Revoked revoke() throws Exception {
    Pod editor = mesh.pods().getFirst();
    try (MeshLoad load = new MeshLoad(mesh.pods(), "sk-bf-revoke", CLIENTS_OF_A_POD, true, BUSY)) {
      mesh.await("no load", () -> load.accepted() > 100);
      editor.get("/probe/end-key?id=vk-revoke");
      long ended = System.nanoTime();
      mesh.await(
          "not all nodes refuse the key",
          () ->
              mesh.pods().stream()
                  .allMatch(
                      pod ->
                          load.calls().stream()
                                  .filter(call -> call.pod() == pod && !call.accepted())
                                  .count()
                              > 20));
      load.close();
      requireNone(load.failures());
      List<Call> calls = load.calls();
      long last =
          calls.stream().filter(Call::accepted).mapToLong(Call::startedNanos).max().orElse(ended);
      return new Revoked((last - ended) / 1e6, acceptedAgain(calls), calls.size());
    }
  }

  /** Counts calls that began after the node had refused an earlier one. */
  private static long acceptedAgain(List<Call> calls) {
    Map<Pod, Long> refused = new LinkedHashMap<>();
    for (Call call : calls) {
      if (!call.accepted()) {
        refused.merge(call.pod(), call.startedNanos(), Math::min);
      }
    }
    // two clients of a node may cross within one round trip
    long crossing = TimeUnit.MILLISECONDS.toNanos(500);
    return calls.stream()
        .filter(Call::accepted)
        .filter(
            call ->
                call.startedNanos() - refused.getOrDefault(call.pod(), Long.MAX_VALUE / 2)
                    > crossing)
        .count();
  }

  /**
   * All nodes restarted, one after the other.
   *
   * @param failures calls that failed
   * @param spent what was counted in the end
   */
  record Restarted(List<String> failures, Spent spent) {}

  /** Restarts nodes, one after the other, while all others are called. */
  Restarted restart(List<Pod> pods) throws Exception {
    Pod first = mesh.pods().getFirst();
    call(first, "rolling");
    long cost = first.settled("b-rolling");
    long accepted = 1;
    List<String> failures;
    try (MeshLoad load = new MeshLoad(mesh.pods(), "sk-bf-rolling", 1, false, CALM)) {
      mesh.await("no load", () -> load.accepted() > 50);
      for (Pod pod : pods) {
        load.takeOut(pod);
        pod.process().terminate();
        pod.process().awaitExit();
        mesh.launch(pod);
        pod.process().awaitReady();
        mesh.awaitJoined(pod);
        load.putBack(pod);
      }
      load.close();
      accepted += load.accepted();
      failures = load.failures();
    }
    long total = accepted * cost;
    awaitSettled("b-rolling", total);
    mesh.await("the database does not hold it", () -> mesh.stored("b-rolling") >= total);
    return new Restarted(
        failures, new Spent(accepted, cost, settled("b-rolling"), mesh.stored("b-rolling")));
  }

  @Override
  public void close() throws Exception {
    mesh.close();
  }

  private void awaitSettled(String budget, long value) throws Exception {
    for (Pod pod : mesh.pods()) {
      mesh.await(
          "%s does not count %d of %s".formatted(pod.id(), value, budget),
          () -> pod.settled(budget) >= value);
    }
  }

  private Map<String, Long> settled(String budget) throws Exception {
    Map<String, Long> settled = new LinkedHashMap<>();
    for (Pod pod : mesh.pods()) {
      settled.put(pod.id(), pod.settled(budget));
    }
    return settled;
  }

  private static long counted(Pod pod, long value) throws Exception {
    long seen = pod.awaitSettled("b-converge", value);
    long now = System.nanoTime();
    if (seen < value) {
      throw new AssertionError(pod.id() + " counts " + seen + ", not " + value);
    }
    return now;
  }

  private static void call(Pod pod, String name) throws Exception {
    int status = pod.chat("sk-bf-" + name);
    if (status != 200) {
      throw new AssertionError(pod.id() + " answers " + status + "\n" + pod.process().logText());
    }
  }

  private static void requireNone(List<String> failures) {
    if (!failures.isEmpty()) {
      throw new AssertionError("calls failed: " + failures);
    }
  }

  private static String key(String name, int dollars) {
    return """
        {"id": "vk-%1$s", "name": "%1$s", "value": "sk-bf-%1$s", "allow_all_providers": true,
         "budgets": [{"id": "b-%1$s", "max_limit": %2$d, "reset_duration": "1Y"}]}"""
        .formatted(name, dollars);
  }
}
