package bifrost.runtime.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Secret;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Version;
import bifrost.api.snapshot.VirtualKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MapSnapshotTest {
  @Test
  void anEmptySnapshotHasDefaults() {
    assertEquals(ClientSettings.DEFAULT, MapSnapshot.EMPTY.client());
    assertEquals(Optional.empty(), MapSnapshot.EMPTY.auth());
    assertEquals(List.of(), MapSnapshot.EMPTY.keys("nobody"));
    assertEquals(Version.NEVER, MapSnapshot.EMPTY.version(EntityType.TEAM, "t"));
  }

  @Test
  void everyViewAgreesWithAModelOfAllChanges() {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      Map<String, Change> model = new HashMap<>();
      MapSnapshot snapshot = MapSnapshot.EMPTY;
      for (int step = 1; step <= 60; step++) {
        SnapshotEditor editor = snapshot.edit();
        for (int i = random.nextInt(1, 8); i > 0; i--) {
          Change change = randomChange(random, seed * 1000L + step);
          String id = change.type() + "/" + change.id();
          Change known = model.get(id);
          boolean newer = known == null || change.version().isAfter(known.version());
          assertEquals(newer, editor.apply(change));
          if (newer) {
            model.put(id, change);
          }
        }
        MapSnapshot before = snapshot;
        long count = before.total();
        snapshot = editor.build(step);
        assertEquals(count, before.total(), "the snapshot before stays as it was");
      }
      assertAgrees(model, snapshot, "seed " + seed);
    }
  }

  @Test
  void aRevokedSecretIsNotFound() {
    MapSnapshot snapshot =
        with(MapSnapshot.EMPTY, Change.put(Samples.virtualKey("a", "one"), new Version(1, "n")));
    assertTrue(snapshot.virtualKey(hash("one")).isPresent());
    MapSnapshot rotated =
        with(snapshot, Change.put(Samples.virtualKey("a", "two"), new Version(2, "n")));
    assertFalse(rotated.virtualKey(hash("one")).isPresent());
    assertTrue(rotated.virtualKey(hash("two")).isPresent());
    MapSnapshot removed =
        with(rotated, Change.remove(EntityType.VIRTUAL_KEY, "a", new Version(3, "n")));
    assertFalse(removed.virtualKey(hash("two")).isPresent());
    assertEquals(0, removed.count(EntityType.VIRTUAL_KEY));
    assertEquals(new Version(3, "n"), removed.version(EntityType.VIRTUAL_KEY, "a"));
  }

  @Test
  void ofKeysWithOneSecretTheSmallestIdAnswersUntilItGoes() {
    MapSnapshot snapshot =
        with(
            MapSnapshot.EMPTY,
            Change.put(Samples.virtualKey("b", "same"), new Version(1, "n")),
            Change.put(Samples.virtualKey("a", "same"), new Version(1, "n")),
            Change.put(Samples.virtualKey("c", "same"), new Version(1, "n")));
    assertEquals("a", snapshot.virtualKey(hash("same")).orElseThrow().id());
    MapSnapshot less =
        with(snapshot, Change.remove(EntityType.VIRTUAL_KEY, "a", new Version(2, "n")));
    assertEquals("b", less.virtualKey(hash("same")).orElseThrow().id());
    MapSnapshot one = with(less, Change.remove(EntityType.VIRTUAL_KEY, "b", new Version(2, "n")));
    assertEquals("c", one.virtualKey(hash("same")).orElseThrow().id());
  }

  @Test
  void keysOfAProviderAreSortedAndFollowItsMoves() {
    MapSnapshot snapshot =
        with(
            MapSnapshot.EMPTY,
            Change.put(Samples.providerKey("p", "b"), new Version(1, "n")),
            Change.put(Samples.providerKey("p", "a"), new Version(1, "n")));
    assertEquals(List.of("p:a", "p:b"), snapshot.keys("p").stream().map(ProviderKey::id).toList());
    ProviderKey b = snapshot.find(ProviderKey.class, "p:b").orElseThrow();
    ProviderKey moved =
        new ProviderKey(
            "p:b", "q", b.name(), b.value(), b.models(), b.weight(), b.aliases(), b.settings());
    MapSnapshot after = with(snapshot, Change.put(moved, new Version(2, "n")));
    assertEquals(List.of("p:a"), after.keys("p").stream().map(ProviderKey::id).toList());
    assertEquals(List.of("p:b"), after.keys("q").stream().map(ProviderKey::id).toList());
  }

  @Test
  void whatAChangeDoesNotTouchIsShared() {
    MapSnapshot before =
        with(
            MapSnapshot.EMPTY,
            Change.put(Samples.providerKey("p", "a"), new Version(1, "n")),
            Change.put(ProviderConfig.named("p"), new Version(1, "n")));
    MapSnapshot after = with(before, Change.put(Samples.virtualKey("a", "x"), new Version(1, "n")));
    assertSame(before.keys("p"), after.keys("p"));
    assertSame(before.providers(), after.providers());
    assertSame(before.routingRules(), after.routingRules());
  }

  private static Change randomChange(Random random, long sampleSeed) {
    EntityType type = EntityType.values()[random.nextInt(EntityType.values().length)];
    String id =
        switch (type) {
          case CLIENT -> "client";
          case AUTH -> "admin";
          default -> "id-" + random.nextInt(6);
        };
    Version version = new Version(random.nextInt(1, 200), "n" + random.nextInt(3));
    return random.nextInt(4) == 0
        ? Change.remove(type, id, version)
        : Change.put(new Samples(sampleSeed + random.nextInt(1000)).entity(type, id), version);
  }

  private static void assertAgrees(
      Map<String, Change> model, MapSnapshot snapshot, String message) {
    for (EntityType type : EntityType.values()) {
      List<Entity> expected =
          living(model).filter(entity -> entity.type() == type).sorted(BY_ID).toList();
      List<Entity> found = new ArrayList<>();
      snapshot.all(type.entityClass()).forEach(found::add);
      found.sort(BY_ID);
      assertEquals(expected, found, message);
      assertEquals(expected.size(), snapshot.count(type), message);
    }
    model.forEach(
        (id, change) -> {
          assertEquals(change.version(), snapshot.version(change.type(), change.id()));
          assertEquals(
              change.content(), snapshot.find(change.type().entityClass(), change.id()), message);
        });
    living(model)
        .filter(VirtualKey.class::isInstance)
        .map(VirtualKey.class::cast)
        .forEach(
            key ->
                assertEquals(
                    key.hash(), snapshot.virtualKey(key.hash()).orElseThrow().hash(), message));
    List<RoutingRule> rules =
        living(model)
            .filter(RoutingRule.class::isInstance)
            .map(RoutingRule.class::cast)
            .sorted(
                Comparator.comparing(RoutingRule::scope)
                    .thenComparing(RoutingRule::priority)
                    .thenComparing(RoutingRule::id))
            .toList();
    assertEquals(rules, snapshot.routingRules(), message);
    assertEquals(
        living(model).filter(ProviderConfig.class::isInstance).sorted(BY_ID).toList(),
        List.copyOf(snapshot.providers()),
        message);
    long keys =
        living(model)
            .filter(ProviderKey.class::isInstance)
            .map(key -> ((ProviderKey) key).provider())
            .distinct()
            .mapToLong(provider -> snapshot.keys(provider).size())
            .sum();
    assertEquals(snapshot.count(EntityType.PROVIDER_KEY), keys, message);
    assertEquals(living(model).count(), snapshot.total(), message);
  }

  private static final Comparator<Entity> BY_ID = Comparator.comparing(Entity::id);

  private static Stream<Entity> living(Map<String, Change> model) {
    return model.values().stream().flatMap(change -> change.content().stream());
  }

  static MapSnapshot with(MapSnapshot snapshot, Change... changes) {
    SnapshotEditor editor = snapshot.edit();
    Stream.of(changes).forEach(editor::apply);
    return editor.build(snapshot.revision() + 1);
  }

  static KeyHash hash(String secret) {
    return KeyHash.of(Secret.of(secret));
  }
}
