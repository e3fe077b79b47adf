package bifrost.governance.bench;

import bifrost.api.governance.AdmissionRequest;
import bifrost.api.journal.Writer;
import bifrost.api.model.Operation;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.RateLimit;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.Version;
import bifrost.api.snapshot.VirtualKey;
import bifrost.api.snapshot.Window;
import bifrost.governance.admission.Admissions;
import bifrost.governance.admission.Rulebook;
import bifrost.governance.admission.Unpriced;
import bifrost.governance.limit.Books;
import bifrost.governance.price.PriceBook;
import bifrost.governance.routing.Rules;
import bifrost.runtime.ledger.MemoryLedger;
import bifrost.runtime.snapshot.MapSnapshot;
import bifrost.runtime.snapshot.SnapshotEditor;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Many virtual keys in teams of a hundred, all of one customer, limits at every level, in the
 * core's own snapshot and ledger.
 */
final class World {
  private static final long LIMIT = 1L << 60;
  private static final Version VERSION = new Version(1, "n1");

  private final Admissions admissions;
  private final Snapshot snapshot;

  World(int keys) {
    Clock clock = Clock.systemUTC();
    MemoryLedger ledger = new MemoryLedger(new Writer("n1", 1), clock, 4_000_000, values -> {});
    SnapshotEditor editor = MapSnapshot.EMPTY.edit();
    add(editor, new Customer("c", "customer", budget("b-c")));
    for (int team = 0; team <= keys / 100; team++) {
      add(editor, new Team("t" + team, "team " + team, Optional.of("c"), budget("b-t" + team)));
    }
    for (int key = 0; key < keys; key++) {
      add(editor, key(key));
    }
    snapshot = editor.build(1);
    admissions =
        new Admissions(
            new Books(ledger),
            clock,
            new Unpriced(0),
            Rulebook.of(snapshot, PriceBook.builtIn(), Rules.NONE));
  }

  Admissions admissions() {
    return admissions;
  }

  Snapshot snapshot() {
    return snapshot;
  }

  AdmissionRequest request(int key) {
    return new AdmissionRequest(
        "r",
        Operation.CHAT_COMPLETION,
        Optional.of(secret(key)),
        Optional.of("openai"),
        "gpt-4o",
        1_000,
        OptionalLong.of(500),
        1,
        List.of());
  }

  private static void add(SnapshotEditor editor, Entity entity) {
    editor.apply(entity.type(), entity.id(), VERSION, entity);
  }

  private static VirtualKey key(int number) {
    Window minute = Window.parse("1m");
    return new VirtualKey(
        "vk-" + number,
        "key " + number,
        "",
        KeyHash.of(secret(number)),
        true,
        List.of(
            new VirtualKey.ProviderGrant(
                "g" + number,
                "openai",
                Optional.of(1.0),
                ModelFilter.ALL,
                List.of("*"),
                budget("b-g" + number))),
        false,
        Optional.of("t" + number / 100),
        Optional.empty(),
        Optional.empty(),
        new Limits(
            List.of(monthly("b-k" + number)),
            List.of(
                new RateLimit("r-k" + number, RateLimit.Metric.REQUESTS, LIMIT, minute, 0),
                new RateLimit("s-k" + number, RateLimit.Metric.TOKENS, LIMIT, minute, 0)),
            false),
        Optional.empty());
  }

  private static Secret secret(int number) {
    return Secret.of("sk-bf-0123456789abcdef0123456789abcdef-" + number);
  }

  private static Limits budget(String id) {
    return new Limits(List.of(monthly(id)), List.of(), false);
  }

  private static Budget monthly(String id) {
    return new Budget(id, LIMIT, Window.parse("1M"), Budget.Kind.SOFT, 0);
  }
}
