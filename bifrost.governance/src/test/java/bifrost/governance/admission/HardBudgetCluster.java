package bifrost.governance.admission;

import bifrost.api.governance.Admission;
import bifrost.api.governance.AttemptAdmission;
import bifrost.api.governance.Reservation;
import bifrost.api.governance.Settlement;
import bifrost.api.journal.JournalRecord;
import bifrost.api.journal.Writer;
import bifrost.api.ledger.Ledger;
import bifrost.api.ledger.Slot;
import bifrost.api.model.Usage;
import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.Window;
import bifrost.governance.Fixture;
import bifrost.governance.TestSnapshot;
import bifrost.governance.limit.Books;
import bifrost.governance.limit.Share;
import bifrost.governance.price.PriceBook;
import bifrost.governance.routing.Rules;
import bifrost.runtime.ledger.MemoryLedger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A cluster of governors in virtual time: messages between their ledgers are lost, doubled,
 * reordered and cut off, clocks are minutes apart, nodes crash with requests under way and come
 * back with what their journal has.
 */
final class HardBudgetCluster {
  private static final long TOKEN = 1_000;
  private static final long HOUR = 3_600_000;
  private static final long MOST_SKEW = 300_000;
  private static final int BYTES = 40;
  private static final int MOST_OUTPUT = 60;
  private static final int STEPS = 1_500;
  private static final PriceBook PRICES = PriceBook.builtIn();

  private final Random random;
  private final long limit;
  private final List<Node> nodes = new ArrayList<>();
  private final boolean[][] cut;
  private final List<Message> wire = new ArrayList<>();
  private final Map<Slot, Long> store = new HashMap<>();
  private final Snapshot snapshot;
  private long now = Fixture.NOW;

  /**
   * A cluster.
   *
   * @param shared whether each node has a share, or each may spend all that it knows to be left
   */
  HardBudgetCluster(long seed, boolean shared) {
    random = new Random(seed);
    int count = 2 + random.nextInt(4);
    limit = count * 3_000 * TOKEN;
    Limits limits =
        new Limits(
            List.of(new Budget("b", limit, Window.parse("1h"), Budget.Kind.HARD, 0)),
            List.of(),
            false);
    snapshot = new TestSnapshot(1, true, List.of(Fixture.key(limits), Fixture.price("m")));
    cut = new boolean[count][count];
    for (int i = 0; i < count; i++) {
      nodes.add(new Node(i, shared ? new Share(Share.WHOLE / count) : Share.ALL));
    }
  }

  /** Some hours of traffic and trouble. */
  void live() {
    for (int step = 0; step < STEPS; step++) {
      Node node = nodes.get(random.nextInt(nodes.size()));
      switch (random.nextInt(20)) {
        case 0, 1, 2, 3, 4, 5, 6 -> node.request();
        case 7, 8, 9, 10, 11 -> node.end();
        case 12, 13 -> send(node);
        case 14, 15, 16 -> deliver();
        case 17 -> now += random.nextInt(20_000);
        case 18 -> cut[random.nextInt(nodes.size())][node.number] = random.nextInt(3) > 0;
        default -> {
          if (random.nextInt(10) == 0) {
            node.crash();
          }
        }
      }
    }
  }

  /** In how many windows more was settled than the limit. */
  int overspentWindows() {
    Map<Long, Long> settled = new HashMap<>();
    store.forEach((slot, value) -> settled.merge(slot.windowMillis(), value, Long::sum));
    return (int) settled.values().stream().filter(sum -> sum > limit).count();
  }

  /** Every node spends until it is refused, still cut off; the part of a fresh window spent. */
  double spendWhatIsLeft() {
    now = (now / HOUR + 2) * HOUR + HOUR / 2;
    for (Node node : nodes) {
      while (!node.running.isEmpty()) {
        node.end();
      }
      do {
        node.request();
        if (!node.running.isEmpty()) {
          node.end();
        }
      } while (!node.refused);
    }
    long window = now / HOUR * HOUR;
    long sum = 0;
    for (Map.Entry<Slot, Long> slot : store.entrySet()) {
      sum += slot.getKey().windowMillis() == window ? slot.getValue() : 0;
    }
    return (double) sum / limit;
  }

  private void send(Node from) {
    int to = random.nextInt(nodes.size());
    if (to != from.number && !cut[from.number][to]) {
      Ledger.Changes changes = from.ledger.changedSince(from.positions[to], 3);
      from.positions[to] = random.nextInt(8) == 0 ? 0 : changes.position();
      Message message = new Message(from.number, to, changes.slots());
      for (int copies = random.nextInt(3); copies > 0; copies--) {
        wire.add(message);
      }
    }
  }

  private void deliver() {
    if (!wire.isEmpty()) {
      Message message = wire.remove(random.nextInt(wire.size()));
      if (!cut[message.from()][message.to()]) {
        nodes.get(message.to()).ledger.merge(message.slots());
      }
    }
  }

  private record Message(int from, int to, List<Slot> slots) {}

  private record Running(Reservation reservation, AttemptAdmission.Held held) {}

  private final class Node {
    private final int number;
    private final Share share;
    private final long skew = random.nextLong(-MOST_SKEW, MOST_SKEW);
    private final List<Running> running = new ArrayList<>();
    private long[] positions;
    private MemoryLedger ledger;
    private Admissions admissions;
    private long epoch;
    private boolean refused;

    Node(int number, Share share) {
      this.number = number;
      this.share = share;
      start();
    }

    /** What was under way is gone; what it settled is in its journal, and sometimes others' too. */
    void crash() {
      running.clear();
      start();
    }

    private void start() {
      Writer writer = new Writer("n" + number, ++epoch);
      positions = new long[nodes.size() + 8];
      ledger =
          new MemoryLedger(
              writer,
              () -> Instant.ofEpochMilli(now + skew),
              10_000,
              values -> journalled(writer, values));
      boolean storeAnswers = random.nextBoolean();
      List<Slot> known = new ArrayList<>();
      store.forEach(
          (slot, value) -> {
            if (storeAnswers || slot.node().equals(writer.node())) {
              known.add(valued(slot, value));
            }
          });
      Collections.shuffle(known, random);
      ledger.merge(known);
      admissions =
          new Admissions(
              new Books(ledger, share),
              () -> Instant.ofEpochMilli(now + skew),
              new Unpriced(0),
              Rulebook.of(snapshot, PRICES, Rules.NONE));
    }

    private void journalled(Writer writer, JournalRecord.CounterValues values) {
      values
          .values()
          .forEach(
              value ->
                  store.merge(
                      new Slot(
                          value.counter(),
                          value.windowMillis(),
                          value.endMillis(),
                          writer.node(),
                          writer.epoch(),
                          0),
                      value.value(),
                      Math::max));
    }

    void request() {
      refused = true;
      if (admissions.admit(
              Fixture.chat(Optional.of(Fixture.SECRET), "openai/m", BYTES, MOST_OUTPUT), snapshot)
          instanceof Admission.Granted granted) {
        if (Fixture.attempt(granted.reservation(), "openai", "m")
            instanceof AttemptAdmission.Held held) {
          running.add(new Running(granted.reservation(), held));
          refused = false;
        } else {
          granted.reservation().settle(new Settlement(Settlement.Exit.REFUSED, 0));
        }
      }
    }

    /** Ends a request: whole, cut, or not billed. */
    void end() {
      if (running.isEmpty()) {
        return;
      }
      Running ended = running.remove(random.nextInt(running.size()));
      int most = (int) Math.min(MOST_OUTPUT, ended.held().maxOutputTokens().orElse(MOST_OUTPUT));
      Usage usage = Usage.ofTokens(1 + random.nextInt(BYTES), 1 + random.nextInt(most));
      switch (random.nextInt(8)) {
        case 0 -> ended.held().hold().release();
        case 1 -> ended.held().hold().charge(Usage.NONE, false);
        default -> ended.held().hold().charge(usage, true);
      }
      ended.reservation().settle(new Settlement(Settlement.Exit.SUCCESS, 0));
    }

    private Slot valued(Slot slot, long value) {
      return new Slot(
          slot.counter(), slot.windowMillis(), slot.endMillis(), slot.node(), slot.epoch(), value);
    }
  }
}
