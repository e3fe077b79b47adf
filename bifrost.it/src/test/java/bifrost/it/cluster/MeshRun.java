package bifrost.it.cluster;

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

  /** A budget of 100 dollars, those that are never used up, and keys for each exercise. */
  private static final String SECTIONS =
      """
      "client": {"enforce_auth_on_inference": true},
      "governance": {
        "pricing_overrides": [
          {"id": "p", "model": "echo-1", "prices": {"input_tokens": 50000, "output_tokens": 50000}}],
        "virtual_keys": [%s]}""";

  private final Mesh mesh;

  /**
   * Starts the nodes.
   *
   * @param folder for their data
   * @param revocations how many keys there are to be ended
   */
  MeshRun(Path folder, int revocations) throws Exception {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < revocations; i++) {
      keys.add(key("end-" + i, 1_000_000));
    }
    keys.add(key("hundred", 100));
    for (String name : List.of("converge", "load", "rolling")) {
      keys.add(key(name, 1_000_000));
    }
    mesh = new Mesh(folder, SECTIONS.formatted(String.join(",\n", keys)));
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
    try (MeshLoad load = load("hundred", CLIENTS_OF_A_POD, BUSY)) {
      mesh.await(
          "not all nodes refuse",
          () -> mesh.pods().stream().allMatch(pod -> load.refused(pod) > 5));
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
   * A key that was ended at one node while all nodes were called with it.
   *
   * @param lastNanos how long after the request to end it the last call began that was accepted
   *     anywhere; negative when none was
   * @param answeredNanos how long after it the management API answered that all members have it
   * @param acceptedAfter calls that began after that answer and were accepted
   */
  record Revoked(long lastNanos, long answeredNanos, long acceptedAfter) {}

  /** Ends a key at one node, by the management API, while all nodes are called with it. */
  Revoked revoke(int number) throws Exception {
    Pod editor = mesh.pods().get(number % mesh.pods().size());
    try (MeshLoad load = load("end-" + number, 1, BUSY)) {
      mesh.await(
          "not all nodes take the key",
          () -> mesh.pods().stream().allMatch(pod -> load.accepted(pod) > 0));
      long began = System.nanoTime();
      String answer = editor.endKey("vk-end-" + number);
      long answered = System.nanoTime();
      if (!answer.contains("\"everywhere\":true")) {
        throw new AssertionError(editor.id() + " answers " + answer);
      }
      mesh.await(
          "not all nodes refuse the key",
          () -> mesh.pods().stream().allMatch(pod -> load.refused(pod) > 3));
      load.close();
      requireNone(load.failures());
      List<Long> starts = load.starts();
      return new Revoked(
          starts.stream().mapToLong(Long::longValue).max().orElse(began) - began,
          answered - began,
          starts.stream().filter(start -> start - answered > 0).count());
    }
  }

  /**
   * What went between the regions meanwhile.
   *
   * @param requests requests a second
   * @param bytes of replication a second, both ways together
   */
  record Traffic(double requests, double bytes) {}

  /** Calls all nodes for some time, as fast as they answer. */
  Traffic serve(int seconds) throws Exception {
    try (MeshLoad load = load("load", CLIENTS_OF_A_POD, Duration.ZERO)) {
      mesh.await("no load", () -> load.accepted() > 100);
      long accepted = load.accepted();
      long bytes = delayedBytes();
      long from = System.nanoTime();
      TimeUnit.SECONDS.sleep(seconds);
      double elapsed = (System.nanoTime() - from) / 1e9;
      requireNone(load.failures());
      return new Traffic(
          (load.accepted() - accepted) / elapsed, (delayedBytes() - bytes) / elapsed);
    }
  }

  /**
   * Adds to the ledgers of all nodes what requests would, two counters each, and requests nothing.
   *
   * @param rate requests a second, of all nodes together
   * @param counters how many counters they are spread over
   */
  Traffic simulate(int rate, int counters, int seconds) throws Exception {
    List<Pod> pods = mesh.pods();
    // the counters are made, and named on the links, before it is measured
    together(pod -> pod.spend(counters * 4 / pods.size(), 1, counters));
    TimeUnit.SECONDS.sleep(2);
    long bytes = delayedBytes();
    long from = System.nanoTime();
    together(pod -> pod.spend(rate / pods.size(), seconds, counters));
    double elapsed = (System.nanoTime() - from) / 1e9;
    return new Traffic(rate * seconds / elapsed, (delayedBytes() - bytes) / elapsed);
  }

  private interface Deed {
    void at(Pod pod) throws Exception;
  }

  private void together(Deed deed) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (Pod pod : mesh.pods()) {
        running.add(
            threads.submit(
                () -> {
                  deed.at(pod);
                  return null;
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
  }

  /** Calls all nodes with a key, until it is closed. */
  MeshLoad load(String key, int clientsOfEach, Duration pause) {
    return new MeshLoad(mesh.pods(), "sk-bf-" + key, clientsOfEach, pause);
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
    try (MeshLoad load = load("rolling", 1, CALM)) {
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
