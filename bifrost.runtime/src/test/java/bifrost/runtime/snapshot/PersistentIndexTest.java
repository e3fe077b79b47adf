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

class PersistentIndexTest {
  /** A key whose hash is chosen, so that collisions and deep prefixes occur. */
  private record Key(int number, int hash) {
    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** An entry of the index under test. */
  private record Entry(Object key, int value) {}

  private static final Keying<Object, Entry> BY_KEY =
      new Keying<>() {
        @Override
        public int hash(Entry entry) {
          return entry.key.hashCode();
        }

        @Override
        public boolean matches(Entry entry, Object key) {
          return entry.key.equals(key);
        }

        @Override
        public boolean same(Entry one, Entry other) {
          return one.key.equals(other.key);
        }
      };

  private static final PersistentIndex<Object, Entry> EMPTY = PersistentIndex.empty(BY_KEY);

  @Test
  void behavesAsAHashMap() {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      int hashes = 1 << random.nextInt(1, 12);
      Map<Key, Integer> model = new HashMap<>();
      PersistentIndex<Object, Entry> index = EMPTY;
      for (int step = 0; step < 1_500; step++) {
        Key key = key(random, hashes);
        if (random.nextInt(3) == 0) {
          model.remove(key);
          index = index.remove(key);
        } else {
          model.put(key, step);
          index = index.put(new Entry(key, step));
        }
      }
      assertSameContent(model, index, "seed " + seed);
    }
  }

  @Test
  void aBuilderBehavesAsAHashMapAndLeavesEarlierMapsAlone() {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      int hashes = 1 << random.nextInt(1, 12);
      Map<Key, Integer> model = new HashMap<>();
      PersistentIndex.Builder<Object, Entry> builder = EMPTY.toBuilder();
      List<PersistentIndex<Object, Entry>> taken = new ArrayList<>();
      List<Map<Key, Integer>> expected = new ArrayList<>();
      for (int step = 0; step < 1_500; step++) {
        Key key = key(random, hashes);
        if (random.nextInt(3) == 0) {
          model.remove(key);
          builder.remove(key);
        } else {
          model.put(key, step);
          builder.put(new Entry(key, step));
        }
        Entry found = builder.get(key);
        assertEquals(model.get(key), found == null ? null : found.value());
        if (random.nextInt(200) == 0) {
          taken.add(builder.build());
          expected.add(new HashMap<>(model));
        }
      }
      for (int i = 0; i < taken.size(); i++) {
        assertSameContent(expected.get(i), taken.get(i), "seed " + seed + " index " + i);
      }
      assertSameContent(model, builder.build(), "seed " + seed);
    }
  }

  @Test
  void aMapThatIsEmptiedIsEmpty() {
    PersistentIndex<Object, Entry> index = EMPTY;
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      keys.add(new Key(i, i % 50));
      index = index.put(new Entry(keys.get(i), i));
    }
    Collections.shuffle(keys, new Random(3));
    for (Key key : keys) {
      index = index.remove(key);
    }
    assertEquals(0, index.size());
    assertTrue(!index.entries().iterator().hasNext());
    assertSame(EMPTY.root(), index.root());
  }

  @Test
  void equalHashesAreToldApart() {
    PersistentIndex<Object, Entry> index = EMPTY;
    for (int i = 0; i < 20; i++) {
      index = index.put(new Entry(new Key(i, 7), i));
    }
    assertEquals(20, index.size());
    assertEquals(13, index.get(new Key(13, 7)).value());
    assertNull(index.get(new Key(99, 7)));
    for (int i = 0; i < 19; i++) {
      index = index.remove(new Key(i, 7));
    }
    assertEquals(19, index.get(new Key(19, 7)).value());
    assertEquals(1, index.size());
  }

  @Test
  void aChangeSharesAllButItsPath() {
    PersistentIndex.Builder<Object, Entry> builder = EMPTY.toBuilder();
    for (int i = 0; i < 100_000; i++) {
      builder.put(new Entry("vk-" + i, i));
    }
    PersistentIndex<Object, Entry> before = builder.build();
    Set<TrieNode> known = nodes(before);
    PersistentIndex<Object, Entry> after = before.put(new Entry("vk-5000", -1));
    Set<TrieNode> fresh = nodes(after);
    fresh.removeAll(known);
    assertTrue(known.size() > 10_000, "the index is a tree");
    assertTrue(fresh.size() <= 7, "a change made " + fresh.size() + " nodes");
    assertEquals(5000, before.get("vk-5000").value());
    assertEquals(-1, after.get("vk-5000").value());
  }

  @Test
  void aMapThatShrinksGivesItsNodesBack() {
    PersistentIndex.Builder<Object, Entry> builder = EMPTY.toBuilder();
    for (int i = 0; i < 10_000; i++) {
      builder.put(new Entry("vk-" + i, i));
    }
    for (int i = 5; i < 10_000; i++) {
      builder.remove("vk-" + i);
    }
    assertTrue(nodes(builder.build()).size() <= 5);
  }

  @Test
  void whatChangesNothingSharesEverything() {
    Entry entry = new Entry("a", 1);
    PersistentIndex<Object, Entry> index = EMPTY.put(entry);
    assertSame(index.root(), index.put(entry).root());
    assertSame(index.root(), index.remove("b").root());
  }

  private static Key key(Random random, int hashes) {
    int number = random.nextInt(400);
    int hash = number % hashes;
    return new Key(number, hash * 0x01000193);
  }

  private static void assertSameContent(
      Map<Key, Integer> model, PersistentIndex<Object, Entry> index, String message) {
    assertEquals(model.size(), index.size(), message);
    model.forEach((key, value) -> assertEquals(value, index.get(key).value(), message));
    List<Integer> values = new ArrayList<>();
    index.entries().forEach(entry -> values.add(entry.value()));
    List<Integer> walked = new ArrayList<>();
    index.forEach(entry -> walked.add(entry.value()));
    assertEquals(values.size(), walked.size(), message);
    List<Integer> expected = new ArrayList<>(model.values());
    Collections.sort(values);
    Collections.sort(expected);
    assertEquals(expected, values, message);
  }

  private static Set<TrieNode> nodes(PersistentIndex<Object, Entry> index) {
    Set<TrieNode> nodes = Collections.newSetFromMap(new IdentityHashMap<>());
    collect(index.root(), nodes);
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
