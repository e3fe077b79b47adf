package bifrost.sync.membership.protocol;

import bifrost.sync.membership.wire.Message.Liveness;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Reaches for whoever is missing: seeds (configured or discovered) that are no members, members
 * that died, and members that were forgotten since. The pause doubles from attempt to attempt and
 * starts again when something changed; so a partition heals without help from discovery.
 */
final class Rejoiner {
  private static final int LEAST_AT_ONCE = 3;
  private static final int MOST_AT_ONCE = 64;
  private static final int PART_AT_ONCE = 16;
  private static final int MAX_SEEN = 1_024;
  private static final long SEEN_FOR = Duration.ofHours(24).toNanos();

  private final MemberTable members;
  private final Synchronizer synchronizer;
  private final StateRules rules;
  private final Scheduler scheduler;
  private final Profile profile;
  private final Random random;
  private final BiConsumer<InetSocketAddress, String> outcome;
  private final Map<InetSocketAddress, Long> seen = new LinkedHashMap<>();

  /** When who is missing was tried last. */
  private final Map<InetSocketAddress, Long> tried = new HashMap<>();

  private Set<InetSocketAddress> seeds = Set.of();
  private Scheduler.Timer timer;
  private Duration pause;

  Rejoiner(
      MemberTable members,
      Synchronizer synchronizer,
      StateRules rules,
      Scheduler scheduler,
      Profile profile,
      Random random,
      BiConsumer<InetSocketAddress, String> outcome) {
    this.members = members;
    this.synchronizer = synchronizer;
    this.rules = rules;
    this.scheduler = scheduler;
    this.profile = profile;
    this.random = random;
    this.outcome = outcome;
    this.pause = profile.rejoinMin();
  }

  void start() {
    timer = scheduler.after(Duration.ZERO, this::tick);
  }

  /** Replaces the seeds, and tries at once when there are new ones. */
  void seeds(Collection<InetSocketAddress> next) {
    boolean more = !seeds.containsAll(next);
    seeds = new LinkedHashSet<>(next);
    if (more) {
      again(Duration.ZERO);
    }
  }

  /** Someone was lost: the pause starts again. */
  void lost() {
    again(profile.rejoinMin());
  }

  /** Keeps the addresses of members that are forgotten. */
  void remember(Collection<MemberEntry> gone) {
    for (MemberEntry entry : gone) {
      if (entry.state == Liveness.DEAD) {
        seen.remove(entry.address);
        seen.put(entry.address, scheduler.nanos());
      }
    }
    while (seen.size() > MAX_SEEN) {
      seen.remove(seen.keySet().iterator().next());
    }
  }

  private void again(Duration first) {
    pause = profile.rejoinMin();
    if (timer != null) {
      timer.cancel();
      timer = scheduler.after(first, this::tick);
    }
  }

  private void tick() {
    List<InetSocketAddress> missing = rules.leaving() ? List.of() : missing();
    pause = missing.isEmpty() ? profile.rejoinMin() : longer(pause);
    timer = scheduler.after(jitter(pause), this::tick);
    tried.keySet().retainAll(new HashSet<>(missing));
    next(missing).forEach(this::attempt);
  }

  /**
   * Whom to try now: those never tried, then those whose turn is longest ago. A sixteenth of them,
   * so that thousands of addresses where nobody is do not hide the few where someone is.
   */
  private List<InetSocketAddress> next(List<InetSocketAddress> missing) {
    List<InetSocketAddress> turns = new ArrayList<>(missing);
    Collections.shuffle(turns, random);
    turns.sort(Comparator.comparing(tried::get, Comparator.nullsFirst(Comparator.naturalOrder())));
    int part = Math.clamp(missing.size() / PART_AT_ONCE, LEAST_AT_ONCE, MOST_AT_ONCE);
    return turns.subList(0, Math.min(part, turns.size()));
  }

  /**
   * Exchanges twice when needed: the first time both sides learn that the other believes them dead
   * and refute it, the second time they learn of the refutation.
   */
  private void attempt(InetSocketAddress to) {
    tried.put(to, scheduler.nanos());
    synchronizer.exchange(
        to,
        true,
        failure -> {
          outcome.accept(to, failure);
          if (failure.isEmpty() && missing().contains(to) && !seeds.contains(to)) {
            scheduler.after(
                profile.gossipInterval(),
                () -> synchronizer.exchange(to, true, again -> outcome.accept(to, again)));
          }
        });
  }

  private List<InetSocketAddress> missing() {
    Set<InetSocketAddress> missing = new LinkedHashSet<>(seeds);
    seen.values().removeIf(since -> scheduler.nanos() - since > SEEN_FOR);
    missing.addAll(seen.keySet());
    Set<InetSocketAddress> there = new HashSet<>();
    for (MemberEntry entry : members.all()) {
      if (entry.isPresent() || entry == members.local()) {
        there.add(entry.address);
      } else if (entry.state == Liveness.DEAD) {
        missing.add(entry.address);
      }
    }
    missing.removeAll(there);
    seen.keySet().removeAll(there);
    return new ArrayList<>(missing);
  }

  private Duration longer(Duration now) {
    Duration twice = now.multipliedBy(2);
    return twice.compareTo(profile.rejoinMax()) > 0 ? profile.rejoinMax() : twice;
  }

  private Duration jitter(Duration base) {
    return Duration.ofNanos((long) (base.toNanos() * (0.75 + random.nextDouble() / 2)));
  }
}
