package bifrost.runtime.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Secret;
import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.LimitOverride;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.RateLimit;
import bifrost.api.snapshot.Version;
import bifrost.api.snapshot.VirtualKey;
import bifrost.api.snapshot.Window;
import bifrost.runtime.snapshot.codec.Shared;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeyRowTest {
  private static final Version VERSION = new Version(7, "n1");
  private static final String[] IDS = {
    "vk-1", "", "a", "ä中😀", "half a pair \ud800", "é", "\u0000", "x".repeat(300)
  };

  private final Shared shared = new Shared();

  @Test
  void whatIsUnpackedEqualsWhatWasPacked() {
    for (int seed = 0; seed < 3_000; seed++) {
      String id = IDS[seed % IDS.length];
      VirtualKey key = (VirtualKey) new Samples(seed).entity(EntityType.VIRTUAL_KEY, id);
      KeyRow row = row(key);
      assertEquals(key, row.peek(), "seed " + seed);
      assertFound(key, row, "seed " + seed);
    }
  }

  @Test
  void extremesSurvive() {
    Window window = new Window(100_000, Window.Unit.YEAR);
    Limits limits =
        new Limits(
            List.of(
                new Budget("of vk", Long.MAX_VALUE, window, Budget.Kind.HARD, Long.MIN_VALUE),
                new Budget(
                    "vk",
                    0,
                    window,
                    Budget.Kind.SOFT,
                    -1,
                    Optional.of(new LimitOverride(Long.MAX_VALUE, Integer.MAX_VALUE, -5)))),
            List.of(new RateLimit("vkvk", RateLimit.Metric.TOKENS, Long.MAX_VALUE, window, 1)),
            true);
    for (Instant expiry : List.of(Instant.MIN, Instant.MAX, Instant.EPOCH)) {
      VirtualKey key =
          new VirtualKey(
              "vk",
              "\udc00\ud800",
              "about vk",
              new KeyHash(Long.MIN_VALUE, -1, 0, Long.MAX_VALUE),
              true,
              List.of(
                  new VirtualKey.ProviderGrant(
                      "other", "", Optional.empty(), ModelFilter.ALL, List.of(), limits)),
              true,
              Optional.empty(),
              Optional.of(""),
              Optional.of(expiry),
              new Limits(List.of(), List.of(), true),
              Optional.of(false));
      assertEquals(key, row(key).peek());
    }
  }

  @Test
  void aKeyStaysTheSameWhileSomebodyHoldsIt() {
    KeyRow row = row(Samples.virtualKey("vk-1", "secret"));
    VirtualKey held = row.entity();
    for (int i = 0; i < 3; i++) {
      System.gc();
      assertSame(held, row.entity());
      assertSame(held, row.peek(), "a walk finds what is unpacked");
    }
  }

  @Test
  void keysOfOneShapeHoldItOnce() {
    Object[] common = new Object[2];
    for (int i = 0; i < common.length; i++) {
      common[i] = row(withLimits("vk-" + i)).common();
    }
    assertSame(common[0], common[1]);
  }

  @Test
  void aKeyTakesFewBytesOfItsOwn() {
    assertTrue(
        row(withLimits("vk-123456")).ownBytes() <= 100,
        () -> row(withLimits("vk-123456")).ownBytes() + " bytes");
  }

  @Test
  void knowsItsOwner() {
    VirtualKey ofTeam = Samples.virtualKey("vk", "secret", Optional.of("t1"), true);
    assertTrue(row(ofTeam).isOfTeam("t1"));
    assertFalse(row(ofTeam).isOfTeam("t2"));
    assertFalse(row(ofTeam).isOfCustomer("t1"));
    VirtualKey nobodys = Samples.virtualKey("vk", "secret");
    assertFalse(row(nobodys).isOfTeam("t1"));
    VirtualKey ofCustomer =
        new VirtualKey(
            "vk",
            "name",
            "",
            KeyHash.of(Secret.of("x")),
            true,
            List.of(),
            false,
            Optional.empty(),
            Optional.of("c1"),
            Optional.empty(),
            Limits.NONE,
            Optional.empty());
    assertTrue(row(ofCustomer).isOfCustomer("c1"));
    assertFalse(row(ofCustomer).isOfTeam("c1"));
  }

  private KeyRow row(VirtualKey key) {
    return new KeyRow(key, VERSION, null, shared);
  }

  private static void assertFound(VirtualKey key, KeyRow row, String message) {
    assertEquals(key.id(), row.id(), message);
    assertEquals(key.id().hashCode(), row.idHash(), message);
    assertTrue(row.hasId(key.id()), message);
    assertFalse(row.hasId(key.id() + "x"), message);
    assertEquals(key.name(), row.name(), message);
    assertEquals(key.name().hashCode(), row.nameHash(), message);
    assertTrue(row.hasName(key.name()), message);
    assertFalse(row.hasName(key.name() + "中"), message);
    assertEquals(key.hash(), row.hash(), message);
    assertTrue(row.hasHash(key.hash()), message);
    assertFalse(row.hasHash(KeyHash.of(Secret.of("another"))), message);
    assertEquals(VERSION, row.version(), message);
    key.teamId().ifPresent(team -> assertTrue(row.isOfTeam(team), message));
    key.customerId().ifPresent(customer -> assertTrue(row.isOfCustomer(customer), message));
  }

  /** As the configuration file makes them: the ids of limits have the key's in them. */
  private static VirtualKey withLimits(String id) {
    Window month = Window.parse("1M");
    Window minute = Window.parse("1m");
    long anchor = 1_764_000_000_000L;
    return new VirtualKey(
        id,
        "key " + id,
        "",
        KeyHash.of(Secret.of(id)),
        true,
        List.of(
            new VirtualKey.ProviderGrant(
                id + ":openai",
                "openai",
                Optional.of(1.0),
                ModelFilter.of(List.of("gpt-4o"), List.of()),
                List.of("*"),
                Limits.NONE)),
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new Limits(
            List.of(
                new Budget(
                    "virtual_key:" + id + ":budget:1M",
                    100_000_000_000L,
                    month,
                    Budget.Kind.SOFT,
                    anchor)),
            List.of(
                new RateLimit(
                    "virtual_key:" + id + ":requests:1m",
                    RateLimit.Metric.REQUESTS,
                    600,
                    minute,
                    anchor),
                new RateLimit(
                    "virtual_key:" + id + ":tokens:1m",
                    RateLimit.Metric.TOKENS,
                    200_000,
                    minute,
                    anchor)),
            false),
        Optional.empty());
  }
}
