package bifrost.governance;

import bifrost.api.governance.Admission;
import bifrost.api.governance.AdmissionRequest;
import bifrost.api.governance.Attempt;
import bifrost.api.governance.AttemptAdmission;
import bifrost.api.governance.Hold;
import bifrost.api.governance.Reservation;
import bifrost.api.governance.Settlement;
import bifrost.api.journal.JournalRecord;
import bifrost.api.journal.Writer;
import bifrost.api.model.Operation;
import bifrost.api.model.Refusal;
import bifrost.api.model.Secret;
import bifrost.api.model.Usage;
import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.PriceOverride;
import bifrost.api.snapshot.RateLimit;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.VirtualKey;
import bifrost.api.snapshot.VirtualKey.ProviderGrant;
import bifrost.api.snapshot.Window;
import bifrost.governance.admission.Admissions;
import bifrost.governance.admission.Rulebook;
import bifrost.governance.admission.Unpriced;
import bifrost.governance.limit.Books;
import bifrost.governance.price.PriceBook;
import bifrost.governance.routing.Expressions;
import bifrost.governance.routing.Rules;
import bifrost.runtime.ledger.MemoryLedger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/** A governor with a fake clock, a real ledger and the configuration that a test writes. */
public final class Fixture {
  /** 2026-11-10T12:00:00Z. */
  public static final long NOW = Instant.parse("2026-11-10T12:00:00Z").toEpochMilli();

  /** The start of that month. */
  public static final long MONTH = Instant.parse("2026-11-01T00:00:00Z").toEpochMilli();

  /** A secret that tests use. */
  public static final Secret SECRET = Secret.of("sk-bf-test");

  /** One dollar. */
  public static final long DOLLAR = 1_000_000_000L;

  private static final PriceBook PRICES = PriceBook.builtIn();
  private static final Expressions EXPRESSIONS = new Expressions();

  public final AtomicLong clock = new AtomicLong(NOW);
  public final List<JournalRecord.CounterValues> journal =
      Collections.synchronizedList(new ArrayList<>());
  public final MemoryLedger ledger =
      new MemoryLedger(
          new Writer("n1", 1), () -> Instant.ofEpochMilli(clock.get()), 100_000, journal::add);
  public final Admissions admissions;
  public boolean enforceAuth = true;
  private long revision;
  private Snapshot snapshot;

  /** A governor that refuses unpriced models on budgets. */
  public Fixture(Entity... entities) {
    this(0, entities);
  }

  /** A governor with a ceiling for unpriced models. */
  public Fixture(long unpricedCeiling, Entity... entities) {
    snapshot = new TestSnapshot(0, true, List.of());
    admissions =
        new Admissions(
            new Books(ledger),
            () -> Instant.ofEpochMilli(clock.get()),
            new Unpriced(unpricedCeiling),
            Rulebook.of(snapshot, PRICES, Rules.NONE));
    publish(entities);
  }

  /** Replaces the configuration. */
  public void publish(Entity... entities) {
    snapshot = new TestSnapshot(++revision, enforceAuth, List.of(entities));
    admissions.rulebook(
        Rulebook.of(snapshot, PRICES, Rules.NONE.next(snapshot, () -> EXPRESSIONS)));
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  /** A chat of 1,000 bytes with the test's secret. */
  public static AdmissionRequest chat(String model, long maxTokens) {
    return chat(Optional.of(SECRET), model, 1_000, maxTokens);
  }

  /** A chat. */
  public static AdmissionRequest chat(
      Optional<Secret> credential, String model, long bytes, long maxTokens) {
    int slash = model.indexOf('/');
    return new AdmissionRequest(
        "r",
        Operation.CHAT_COMPLETION,
        credential,
        slash < 0 ? Optional.empty() : Optional.of(model.substring(0, slash)),
        model.substring(slash + 1),
        bytes,
        maxTokens == 0 ? OptionalLong.empty() : OptionalLong.of(maxTokens),
        1,
        List.of());
  }

  /** A virtual key with the test's secret, for all providers. */
  public static VirtualKey key(Limits limits, ProviderGrant... grants) {
    return key("vk-1", SECRET, limits, Optional.empty(), Optional.empty(), grants);
  }

  /** A virtual key; for all providers when it has no grant. */
  public static VirtualKey key(
      String id,
      Secret secret,
      Limits limits,
      Optional<String> team,
      Optional<String> customer,
      ProviderGrant... grants) {
    return new VirtualKey(
        id,
        "web",
        "",
        KeyHash.of(secret),
        true,
        List.of(grants),
        grants.length == 0,
        team,
        customer,
        Optional.empty(),
        limits,
        Optional.empty());
  }

  /** A grant of all keys of a provider. */
  public static ProviderGrant grant(
      String provider, double weight, ModelFilter models, Limits limits) {
    return new ProviderGrant(
        "g-" + provider, provider, Optional.of(weight), models, List.of("*"), limits);
  }

  /** Limits of one monthly budget. */
  public static Limits budget(String id, long nanos) {
    return new Limits(List.of(monthly(id, nanos, Budget.Kind.SOFT)), List.of(), false);
  }

  public static Budget monthly(String id, long nanos, Budget.Kind kind) {
    return new Budget(id, nanos, Window.parse("1M"), kind, MONTH);
  }

  /** Limits of one rate. */
  public static Limits rate(String id, RateLimit.Metric metric, long limit, String window) {
    return new Limits(
        List.of(), List.of(new RateLimit(id, metric, limit, Window.parse(window), MONTH)), false);
  }

  /** A price of a dollar for a million tokens of either kind: a token is 1,000 billionths. */
  public static PriceOverride price(String model) {
    return new PriceOverride(
        "price-" + model,
        Optional.empty(),
        model,
        Optional.empty(),
        Map.of("input_tokens", DOLLAR, "output_tokens", DOLLAR));
  }

  /** Admits, or fails. */
  public Reservation admitted(AdmissionRequest request) {
    return switch (admissions.admit(request, snapshot)) {
      case Admission.Granted granted -> granted.reservation();
      case Admission.Refused refused -> throw new AssertionError("refused: " + refused.refusal());
    };
  }

  /** Is refused, or fails. */
  public Refusal refused(AdmissionRequest request) {
    return switch (admissions.admit(request, snapshot)) {
      case Admission.Granted granted -> throw new AssertionError("admitted");
      case Admission.Refused refused -> refused.refusal();
    };
  }

  /** Attempts at a provider. */
  public static AttemptAdmission attempt(Reservation reservation, String provider, String model) {
    return reservation.attempt(new Attempt(provider, model, model, "", 0));
  }

  /** Attempts and is held, or fails. */
  public static AttemptAdmission.Held held(Reservation reservation, String provider, String model) {
    return switch (attempt(reservation, provider, model)) {
      case AttemptAdmission.Held held -> held;
      case AttemptAdmission.Refused refused ->
          throw new AssertionError("refused: " + refused.refusal());
    };
  }

  /** One whole request that succeeds with these tokens, if it is let through. */
  public Optional<Refusal> call(AdmissionRequest request, Usage usage) {
    if (admissions.admit(request, snapshot) instanceof Admission.Granted granted) {
      Reservation reservation = granted.reservation();
      AttemptAdmission answer =
          attempt(reservation, request.provider().orElse("openai"), request.model());
      if (answer instanceof AttemptAdmission.Held held) {
        Hold hold = held.hold();
        long cost = hold.charge(usage, true);
        reservation.settle(new Settlement(Settlement.Exit.SUCCESS, cost));
        return Optional.empty();
      }
      reservation.settle(new Settlement(Settlement.Exit.REFUSED, 0));
      return Optional.of(((AttemptAdmission.Refused) answer).refusal());
    }
    return Optional.of(refused(request));
  }

  /** What is settled of a monthly budget. */
  public long settled(String budget) {
    return ledger.total("budget:" + budget, MONTH);
  }

  /** What is held of a monthly budget. */
  public long held(String budget) {
    return ledger.open("budget:" + budget, MONTH, MONTH + 1).held();
  }
}
