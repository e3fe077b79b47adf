package bifrost.governance.admission;

import bifrost.api.governance.Admission;
import bifrost.api.governance.AdmissionRequest;
import bifrost.api.ledger.Counter;
import bifrost.api.model.Refusal;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.VirtualKey;
import bifrost.governance.limit.Books;
import bifrost.governance.limit.Meter;
import bifrost.governance.limit.MeterCache;
import bifrost.governance.limit.Meters;
import bifrost.governance.limit.RateMeter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Admits requests: the virtual key, what it may use, its rates and budgets, in this order.
 *
 * <p>Requests are counted here, at every level, all or nothing. Tokens and cost are only looked at:
 * they are held attempt by attempt ({@link HeldReservation}), when it is known where it goes.
 */
public final class Admissions {
  /** What marks a credential as a virtual key; others may be keys of some other system. */
  private static final String KEY_PREFIX = "sk-bf-";

  private final Books books;
  private final InstantSource clock;
  private final Unpriced unpriced;
  private final Counts counts = new Counts();
  private final MeterCache owners;
  private final KeyPlans plans;
  private final KeyPlan anonymous = KeyPlan.anonymous();
  private volatile Rulebook rulebook;

  /**
   * Admissions over some books.
   *
   * @param books where everything is counted
   * @param clock tells the windows
   * @param unpriced what becomes of models without a price
   * @param rulebook what holds until another one is set
   */
  public Admissions(Books books, InstantSource clock, Unpriced unpriced, Rulebook rulebook) {
    this.books = books;
    this.clock = clock;
    this.unpriced = unpriced;
    this.rulebook = rulebook;
    this.owners = new MeterCache(books);
    this.plans = new KeyPlans(books, owners);
  }

  /** Changes what is derived from the snapshot, from the next request on. */
  public void rulebook(Rulebook next) {
    rulebook = next;
  }

  /** What is derived from the snapshot. */
  public Rulebook rulebook() {
    return rulebook;
  }

  /** What was counted. */
  public Counts counts() {
    return counts;
  }

  /** Forgets what belongs to keys that were not used for a while. */
  public int dropUnused(long unusedSinceMillis) {
    return plans.drop(unusedSinceMillis);
  }

  /** Admits a request or refuses it. */
  public Admission admit(AdmissionRequest request, Snapshot snapshot) {
    long now = clock.millis();
    KeyPlan plan = anonymous;
    if (request.credential().isEmpty()) {
      if (snapshot.client().enforceAuth()) {
        return refused(Refusals.credentialMissing());
      }
    } else {
      Secret credential = request.credential().get();
      KeyPlan found = plans.of(KeyHash.of(credential), snapshot);
      if (found != null) {
        plan = found;
        plan.used(now);
        Refusal refusal = check(plan, request, now);
        if (refusal != null) {
          return refused(refusal);
        }
      } else if (snapshot.client().enforceAuth() || credential.reveal().startsWith(KEY_PREFIX)) {
        return refused(Refusals.keyUnknown());
      }
    }
    return reserve(request, snapshot, plan, now);
  }

  private Refusal check(KeyPlan plan, AdmissionRequest request, long now) {
    VirtualKey key = plan.key().orElseThrow();
    if (!key.active()) {
      return Refusals.inactive(key);
    }
    if (key.expiresAt().isPresent()) {
      Instant expiry = key.expiresAt().get();
      if (expiry.toEpochMilli() <= now) {
        return Refusals.expired(key, expiry);
      }
    }
    if (request.provider().isPresent()) {
      String provider = request.provider().get();
      if (!plan.allowsProvider(provider)) {
        return Refusals.providerBlocked(key, provider);
      }
      if (!plan.allows(provider, request.model())) {
        return Refusals.modelBlocked(key, provider, request.model());
      }
    } else if (key.providers().isEmpty() && !key.allowAllProviders()) {
      return Refusals.noProvider(key);
    } else if (!plan.allowsSomewhere(request.model())) {
      return Refusals.modelBlocked(key, "", request.model());
    }
    return null;
  }

  private Admission reserve(AdmissionRequest request, Snapshot snapshot, KeyPlan plan, long now) {
    Rulebook rules = rulebook;
    Meters meters =
        plan.meters().and(rules.models().everywhere(request.model(), plan.keyId(), owners));
    List<Counter> requests = List.of();
    if (!meters.isEmpty()) {
      requests = new ArrayList<>(meters.requests().size());
      Meter.Reading full = holdRequests(meters.requests(), now, requests);
      if (full == null) {
        full = firstFull(meters.tokens(), now);
      }
      if (full == null) {
        full = firstFull(meters.budgets(), now);
      }
      if (full != null) {
        release(requests);
        return refused(Refusals.exceeded(full, now));
      }
    }
    counts.admitted();
    return new Admission.Granted(
        new HeldReservation(
            new HeldReservation.Context(books.ledger(), clock, unpriced, counts, owners, rules),
            request,
            snapshot,
            plan,
            meters,
            requests,
            now));
  }

  /** Holds one request at each meter; at the first one that is full it gives all back. */
  static Meter.Reading holdRequests(List<RateMeter> meters, long now, List<Counter> held) {
    for (RateMeter meter : meters) {
      Meter.Reading reading = meter.at(now);
      if (!reading.hold(1)) {
        release(held);
        held.clear();
        return reading;
      }
      held.add(reading.counter());
    }
    return null;
  }

  static void release(List<Counter> requests) {
    for (Counter counter : requests) {
      counter.release(1);
    }
  }

  private static Meter.Reading firstFull(List<? extends Meter> meters, long now) {
    for (Meter meter : meters) {
      Meter.Reading reading = meter.at(now);
      if (reading.free() <= 0) {
        return reading;
      }
    }
    return null;
  }

  private Admission refused(Refusal refusal) {
    return new Admission.Refused(counts.refused(refusal));
  }
}
