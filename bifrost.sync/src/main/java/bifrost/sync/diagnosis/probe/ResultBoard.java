package bifrost.sync.diagnosis.probe;

import bifrost.sync.diagnosis.rules.Observation.ClockOffset;
import bifrost.sync.diagnosis.rules.Reachability;
import bifrost.sync.diagnosis.rules.Reachability.Heard;
import bifrost.sync.diagnosis.rules.Reachability.Result;
import bifrost.sync.diagnosis.rules.Reachability.Route;
import bifrost.sync.diagnosis.rules.Reachability.Seen;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** What this node and the others found lately; any thread. Keeps present members only. */
final class ResultBoard {
  private static final int MAX_MEMBERS = 256;

  private final String self;
  private final Duration interval;
  private final Clock clock;
  private final Instant started;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Tested> own = new HashMap<>();
  private final Map<String, Instant> knocked = new HashMap<>();
  private final Map<String, Report> reports = new HashMap<>();
  private final Map<String, ClockOffset> clocks = new HashMap<>();

  ResultBoard(String self, Duration interval, Clock clock) {
    this.self = self;
    this.interval = interval;
    this.clock = clock;
    this.started = clock.instant();
  }

  /** Forgets everybody else. */
  void keep(Set<String> members) {
    lock.lock();
    try {
      own.keySet().retainAll(members);
      knocked.keySet().retainAll(members);
      reports.keySet().retainAll(members);
      clocks.keySet().retainAll(members);
    } finally {
      lock.unlock();
    }
  }

  /** A test of all ports of a member is over. */
  void tested(String member, Result tcp, Result udp, Result replication) {
    lock.lock();
    try {
      Tested before = own.get(member);
      if (before == null && own.size() >= MAX_MEMBERS) {
        return;
      }
      own.put(
          member,
          new Tested(
              before == null ? clock.instant() : before.since(),
              counted(tcp, before == null ? null : before.tcp()),
              counted(udp, before == null ? null : before.udp()),
              counted(replication, before == null ? null : before.replication())));
    } finally {
      lock.unlock();
    }
  }

  /** A packet of a member arrived. */
  void knocked(String member) {
    put(knocked, member, clock.instant());
  }

  /** A member's clock was compared. */
  void clock(String member, ClockOffset offset) {
    put(clocks, member, offset);
  }

  /** A member says what it found. */
  void reported(DoctorMessage.Results results) {
    lock.lock();
    try {
      Report before = reports.get(results.from());
      if (before == null && reports.size() >= MAX_MEMBERS) {
        return;
      }
      Map<String, Seen> seen = new HashMap<>();
      if (before != null && !results.whole()) {
        seen.putAll(before.seen());
      }
      seen.putAll(results.seen());
      reports.put(results.from(), new Report(clock.instant(), seen, results.services()));
    } finally {
      lock.unlock();
    }
  }

  /** What this node says of the others. */
  Map<String, Seen> own() {
    lock.lock();
    try {
      Map<String, Seen> seen = new LinkedHashMap<>();
      own.forEach(
          (member, tested) ->
              seen.put(
                  member,
                  new Seen(
                      tested.tcp(), tested.udp(), tested.replication(), heard(member, tested))));
      return seen;
    } finally {
      lock.unlock();
    }
  }

  /** What all nodes say of each other. */
  Reachability reachability() {
    Map<Route, Seen> all = new HashMap<>();
    own().forEach((member, seen) -> all.put(new Route(self, member), seen));
    lock.lock();
    try {
      reports.forEach(
          (from, report) -> {
            if (isFresh(report.at())) {
              report.seen().forEach((to, seen) -> all.put(new Route(from, to), seen));
            }
          });
    } finally {
      lock.unlock();
    }
    return new Reachability(all);
  }

  /** Member to its service names by discovery method. */
  Map<String, Map<String, String>> services() {
    Map<String, Map<String, String>> services = new HashMap<>();
    lock.lock();
    try {
      reports.forEach(
          (from, report) -> {
            if (isFresh(report.at())) {
              services.put(from, report.services());
            }
          });
    } finally {
      lock.unlock();
    }
    return services;
  }

  Map<String, ClockOffset> clocks() {
    lock.lock();
    try {
      return Map.copyOf(clocks);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Packets of a member are due when both have been testing for long enough, and it runs a
   * diagnosis at all.
   */
  private Heard heard(String member, Tested tested) {
    Instant last = knocked.get(member);
    Duration due = interval.multipliedBy(5).dividedBy(2);
    if (last != null && !isOlder(last, due)) {
      return Heard.YES;
    }
    boolean expected =
        own.size() <= PortTests.MAX_PEERS
            && isOlder(started, due)
            && isOlder(tested.since(), due)
            && reports.containsKey(member)
            && isFresh(reports.get(member).at());
    return expected ? Heard.NO : Heard.UNKNOWN;
  }

  private boolean isFresh(Instant at) {
    return !isOlder(at, interval.multipliedBy(7).dividedBy(2));
  }

  private boolean isOlder(Instant at, Duration age) {
    return Duration.between(at, clock.instant()).compareTo(age) > 0;
  }

  private <T> void put(Map<String, T> map, String member, T value) {
    lock.lock();
    try {
      if (map.containsKey(member) || map.size() < MAX_MEMBERS) {
        map.put(member, value);
      }
    } finally {
      lock.unlock();
    }
  }

  private static Result counted(Result now, Result before) {
    boolean fine = now.failures() == 0;
    return fine || before == null ? now : new Result(now.outcome(), before.failures() + 1);
  }

  private record Tested(Instant since, Result tcp, Result udp, Result replication) {}

  private record Report(Instant at, Map<String, Seen> seen, Map<String, String> services) {}
}
