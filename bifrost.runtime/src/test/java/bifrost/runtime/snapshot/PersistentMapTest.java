package bifrost.runtime.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PersistentMapTest {
  /** A key whose hash is chosen, so that collisions and deep prefixes occur. */
  private record Key(int number, int hash) {
    @Override
    public int hashCode() {
      return hash;
    }
  }

  @Test
  void behavesAsAHashMap() {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      int hashes = 1 << random.nextInt(1, 12);
      Map<Key, Integer> model = new HashMap<>();
      PersistentMap<Key, Integer> map = PersistentMap.empty();
      for (int step = 0; step < 1_500; step++) {
        Key key = key(random, hashes);
        if (random.nextInt(3) == 0) {
          model.remove(key);
          map = map.remove(key);
        } else {
          model.put(key, step);
          map = map.put(key, step);
        }
      }
      assertSameContent(model, map, "seed " + seed);
    }
  }

  @Test
  void aBuilderBehavesAsAHashMapAndLeavesEarlierMapsAlone() {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      int hashes = 1 << random.nextInt(1, 12);
      Map<Key, Integer> model = new HashMap<>();
      PersistentMap.Builder<Key, Integer> builder = PersistentMap.<Key, Integer>empty().toBuilder();
      List<PersistentMap<Key, Integer>> taken = new ArrayList<>();
      List<Map<Key, Integer>> expected = new ArrayList<>();
      for (int step = 0; step < 1_500; step++) {
        Key key = key(random, hashes);
        if (random.nextInt(3) == 0) {
          model.remove(key);
          builder.remove(key);
        } else {
          model.put(key, step);
          builder.put(key, step);
        }
        assertEquals(model.get(key), builder.get(key));
        if (random.nextInt(200) == 0) {
          taken.add(builder.build());
          expected.add(new HashMap<>(model));
        }
      }
      for (int i = 0; i < taken.size(); i++) {
        assertSameContent(expected.get(i), taken.get(i), "seed " + seed + " map " + i);
      }
      assertSameContent(model, builder.build(), "seed " + seed);
    }
  }

  @Test
  void aMapThatIsEmptiedIsEmpty() {
    PersistentMap<Key, Integer> map = PersistentMap.empty();
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      keys.add(new Key(i, i % 50));
      map = map.put(keys.get(i), i);
    }
    Collections.shuffle(keys, new Random(3));
    for (Key key : keys) {
      map = map.remove(key);
    }
    assertEquals(0, map.size());
    assertTrue(!map.values().iterator().hasNext());
    assertSame(PersistentMap.empty(), map);
  }

  @Test
  void equalHashesAreToldApart() {
    PersistentMap<Key, Integer> map = PersistentMap.empty();
    for (int i = 0; i < 20; i++) {
      map = map.put(new Key(i, 7), i);
    }
    assertEquals(20, map.size());
    assertEquals(13, map.get(new Key(13, 7)));
    assertNull(map.get(new Key(99, 7)));
    for (int i = 0; i < 19; i++) {
      map = map.remove(new Key(i, 7));
    }
    assertEquals(19, map.get(new Key(19, 7)));
    assertEquals(1, map.size());
  }

  @Test
  void aChangeSharesAllButItsPath() {
    PersistentMap.Builder<String, Integer> builder =
        PersistentMap.<String, Integer>empty().toBuilder();
    for (int i = 0; i < 100_000; i++) {
      builder.put("vk-" + i, i);
    }
    PersistentMap<String, Integer> before = builder.build();
    Set<TrieNode> known = nodes(before);
    PersistentMap<String, Integer> after = before.put("vk-5000", -1);
    Set<TrieNode> fresh = nodes(after);
    fresh.removeAll(known);
    assertTrue(known.size() > 10_000, "the map is a tree");
    assertTrue(fresh.size() <= 7, "a change made " + fresh.size() + " nodes");
    assertEquals(5000, before.get("vk-5000"));
    assertEquals(-1, after.get("vk-5000"));
  }

  @Test
  void aMapThatShrinksGivesItsNodesBack() {
    PersistentMap.Builder<String, Integer> builder =
        PersistentMap.<String, Integer>empty().toBuilder();
    for (int i = 0; i < 10_000; i++) {
      builder.put("vk-" + i, i);
    }
    for (int i = 5; i < 10_000; i++) {
      builder.remove("vk-" + i);
    }
    assertTrue(nodes(builder.build()).size() <= 5);
  }

  @Test
  void whatChangesNothingSharesEverything() {
    PersistentMap<String, String> map = PersistentMap.<String, String>empty().put("a", "x");
    assertSame(map.root(), map.put("a", "x").root());
    assertSame(map.root(), map.remove("b").root());
  }

  private static Key key(Random random, int hashes) {
    int number = random.nextInt(400);
    int hash = number % hashes;
    return new Key(number, hash * 0x01000193);
  }

  private static void assertSameContent(
      Map<Key, Integer> model, PersistentMap<Key, Integer> map, String message) {
    assertEquals(model.size(), map.size(), message);
    model.forEach((key, value) -> assertEquals(value, map.get(key), message));
    List<Integer> values = new ArrayList<>();
    map.values().forEach(values::add);
    List<Integer> expected = new ArrayList<>(model.values());
    Collections.sort(values);
    Collections.sort(expected);
    assertEquals(expected, values, message);
  }

  private static Set<TrieNode> nodes(PersistentMap<?, ?> map) {
    Set<TrieNode> nodes = Collections.newSetFromMap(new IdentityHashMap<>());
    collect(map.root(), nodes);
    return nodes;
  }

  private static void collect(TrieNode node, Set<TrieNode> nodes) {
    nodes.add(node);
    for (Object slot : node.slots()) {
      if (slot instanceof TrieNode child) {
        collect(child, nodes);
      }
    }
  }
}
