package bifrost.it.discovery;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The pods of two regions, which know nothing of each other but a backend. */
final class Pods implements AutoCloseable {
  private final Backend backend;
  private final Path folder;
  private final List<Pod> pods = new ArrayList<>();
  private long lastStart;

  Pods(Backend backend, Path folder) {
    this.backend = backend;
    this.folder = folder;
  }

  /**
   * Starts as many in each region, and waits for the last ones alone.
   *
   * @param atOnce how many start at a time, as far apart as on machines of their own
   */
  void start(int perRegion, int atOnce) throws Exception {
    for (int i = 0; i < 2 * perRegion; i++) {
      if (i >= atOnce) {
        pods.get(i - atOnce).gateway().awaitReady();
      }
      String region = i % 2 == 0 ? "eu" : "us";
      String id = region + "-" + i / 2;
      lastStart = System.nanoTime();
      pods.add(new Pod(id, region, folder.resolve(backend.type() + "-" + id), backend));
    }
  }

  /** Waits until all are one cluster, and says how long it took. */
  void awaitFirstJoin() throws Exception {
    for (Pod pod : pods) {
      pod.gateway().awaitReady();
    }
    long ready = System.nanoTime();
    awaitAll();
    System.out.printf(
        "%s: one cluster of %d after %.1f s from the last start, %.1f s from the last readiness%n",
        backend.type(), pods.size(), since(lastStart), since(ready));
  }

  private static double since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis() / 1e3;
  }

  Backend backend() {
    return backend;
  }

  Pod get(int index) {
    return pods.get(index);
  }

  /** Starts a pod that ended again, at its old address. */
  Pod startAgain(int index) throws IOException {
    Pod before = pods.get(index);
    pods.set(index, before.again(backend));
    before.close();
    return pods.get(index);
  }

  /** Starts a pod that ended again, at another address. */
  Pod startElsewhere(int index) throws IOException {
    Pod before = pods.get(index);
    pods.set(index, before.elsewhere(backend));
    before.close();
    return pods.get(index);
  }

  /** Waits until all pods see all pods, each where it is. */
  void awaitAll() throws Exception {
    Pod.await(
        pods,
        backend.type() + ": all see all",
        () ->
            pods.stream()
                .allMatch(
                    pod ->
                        pod.present().equals(ids())
                            && pods.stream()
                                .allMatch(
                                    each -> pod.addressOf(each.id()).equals(each.address()))));
  }

  /** Waits until all but one pod see all but that one. */
  void awaitAllBut(Pod lost) throws Exception {
    Set<String> others = ids();
    others.remove(lost.id());
    Pod.await(
        pods,
        backend.type() + ": the others declare " + lost.id(),
        () ->
            pods.stream().filter(pod -> pod != lost).allMatch(pod -> pod.present().equals(others)));
  }

  /** Waits until the backend knows a pod, or knows it no more. */
  void awaitRegistered(Pod pod, boolean known) throws Exception {
    Pod.await(
        pods,
        "%s %s %s".formatted(backend.type(), known ? "knows" : "forgets", pod.id()),
        () -> backend.registered().contains(pod.id()) == known);
  }

  private Set<String> ids() {
    Set<String> ids = new TreeSet<>();
    pods.forEach(pod -> ids.add(pod.id()));
    return ids;
  }

  @Override
  public void close() throws IOException {
    pods.forEach(Pod::close);
    backend.close();
  }
}
