package bifrost.it.diagnosis;

import bifrost.it.discovery.Pod;
import bifrost.it.support.Doctor;
import bifrost.it.support.Doctor.Found;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Asks every pod each second what it finds, and keeps what nothing explains: a finding while no pod
 * has been away for longer than the grace. Prints each finding once, with what was going on.
 */
final class Watch implements AutoCloseable {
  /** Three holding times: what restarts cause must last longer ({@code docs/diagnosis.md}). */
  private static final Duration GRACE = Duration.ofSeconds(60);

  /** One holding time: a finding ends so long after its cause. */
  private static final Duration HOLD = Duration.ofSeconds(20);

  private final List<Pod> pods;
  private final Map<String, Instant> away = new ConcurrentHashMap<>();
  private final List<String> alarms = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile Instant explainedUntil = Instant.MIN;
  private volatile int explained;
  private volatile int looks;

  /** The findings that were told; the watching thread's. */
  private final Set<String> told = new TreeSet<>();

  Watch(List<Pod> pods) {
    this.pods = new CopyOnWriteArrayList<>(pods);
    this.thread = Thread.ofPlatform().daemon().name("watch").start(this::run);
  }

  void away(String pod, String why) {
    note(pod + " goes: " + why);
    away.put(pod, Instant.now());
  }

  void back(String pod) {
    Duration gone = Duration.between(away.get(pod), Instant.now());
    note("%s is back after %d s".formatted(pod, gone.toSeconds()));
    if (gone.compareTo(GRACE) > 0) {
      explainedUntil = Instant.now().plus(GRACE);
    }
    away.remove(pod);
  }

  /** The same node by another process. */
  void instead(Pod old, Pod now) {
    pods.set(pods.indexOf(old), now);
  }

  void note(String what) {
    System.out.println(Instant.now() + " " + what);
  }

  List<String> alarms() {
    return List.copyOf(alarms);
  }

  int explained() {
    return explained;
  }

  int looks() {
    return looks;
  }

  private void run() {
    try {
      while (true) {
        for (Pod pod : pods) {
          look(pod);
        }
        Thread.sleep(1_000);
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private void look(Pod pod) throws InterruptedException {
    if (away.containsKey(pod.id())) {
      return;
    }
    try {
      List<Found> findings = Doctor.findings(pod.gateway());
      judge(pod.id(), findings);
    } catch (IOException e) {
      // it has just gone
    }
  }

  private void judge(String pod, List<Found> findings) {
    looks++;
    for (Found finding : findings) {
      if (!told.add(pod + " " + finding.id() + " " + finding.subject() + " " + since(finding))) {
        continue;
      }
      Instant now = Instant.now();
      boolean isExplained =
          now.isBefore(explainedUntil)
              || away.values().stream()
                  .anyMatch(gone -> Duration.between(gone, now).compareTo(GRACE) > 0);
      String line = "%s %s finds %s".formatted(now, pod, finding.text());
      note((isExplained ? "explained: " : "ALARM: ") + line);
      if (isExplained) {
        explained++;
      } else {
        alarms.add(line);
      }
    }
  }

  private static String since(Found finding) {
    return finding.text().replaceFirst(".*since=", "");
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join(HOLD);
  }
}
