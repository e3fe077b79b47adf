package bifrost.governance.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import bifrost.api.journal.Writer;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.VirtualKey;
import bifrost.governance.TestSnapshot;
import bifrost.governance.limit.Books;
import bifrost.governance.limit.MeterCache;
import bifrost.runtime.ledger.MemoryLedger;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeyPlansTest {
  private static final KeyHash OLD = hash("sk-bf-old");
  private static final KeyHash NEW = hash("sk-bf-new");

  private KeyPlans plans;

  @BeforeEach
  void make() {
    Books books =
        new Books(new MemoryLedger(new Writer("n1", 1), Clock.systemUTC(), 1_000, values -> {}));
    plans = new KeyPlans(books, new MeterCache(books));
  }

  @Test
  void aSecretThatWasRotatedIsUnknownAlsoWhereItWasInUse() {
    Snapshot before = snapshot(1, key("vk", OLD, true));
    assertSame(plans.of(OLD, before), plans.of(OLD, before));
    Snapshot after = snapshot(2, key("vk", NEW, true));
    assertNull(plans.of(OLD, after));
    assertEquals("vk", plans.of(NEW, after).keyId());
    assertNull(plans.of(OLD, after), "nor once the new one is in use");
    assertEquals("vk", plans.of(OLD, before).keyId(), "a request ends with its snapshot");
    assertNull(plans.of(OLD, after));
  }

  @Test
  void aKeyThatWasRevokedIsTakenAsItIsNow() {
    VirtualKey key = key("vk", OLD, true);
    KeyPlan active = plans.of(OLD, snapshot(1, key));
    assertSame(active, plans.of(OLD, snapshot(2, key)), "what did not change keeps its plan");
    KeyPlan revoked = plans.of(OLD, snapshot(3, key("vk", OLD, false)));
    assertNotSame(active, revoked);
    assertEquals(Optional.of(false), revoked.key().map(VirtualKey::active));
    assertNull(plans.of(OLD, snapshot(4)));
  }

  @Test
  void ofKeysWithOneSecretTheOneThatTheSnapshotNamesAnswers() {
    assertEquals("a", plans.of(OLD, snapshot(1, key("a", OLD, true))).keyId());
    assertEquals("b", plans.of(OLD, snapshot(2, key("b", OLD, true))).keyId());
    assertEquals("b", plans.of(OLD, snapshot(2, key("b", OLD, true))).keyId());
  }

  @Test
  void plansThatAreNotUsedAreDropped() {
    Snapshot snapshot = snapshot(1, key("vk", OLD, true));
    KeyPlan plan = plans.of(OLD, snapshot);
    plan.used(5_000);
    assertEquals(1, plans.drop(5_000));
    assertSame(plan, plans.of(OLD, snapshot));
    assertEquals(0, plans.drop(5_001));
    assertNotSame(plan, plans.of(OLD, snapshot));
  }

  private static Snapshot snapshot(long revision, VirtualKey... keys) {
    return new TestSnapshot(revision, true, List.of(keys));
  }

  private static KeyHash hash(String secret) {
    return KeyHash.of(Secret.of(secret));
  }

  private static VirtualKey key(String id, KeyHash hash, boolean active) {
    return new VirtualKey(
        id,
        "name",
        "",
        hash,
        active,
        List.of(),
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Limits.NONE,
        Optional.empty());
  }
}
