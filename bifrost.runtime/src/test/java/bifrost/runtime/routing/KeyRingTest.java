package bifrost.runtime.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Secret;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.ProviderKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyRingTest {
  private static ProviderKey key(String id, double weight) {
    return new ProviderKey(
        id, "p", id, Secret.of("s"), ModelFilter.ALL, weight, Map.of(), Map.of());
  }

  @Test
  void keysAreChosenInProportionToTheirWeight() {
    Random random = new Random(7);
    List<ProviderKey> keys = List.of(key("a", 3), key("b", 1), key("c", 0));
    int a = 0;
    int c = 0;
    for (int i = 0; i < 10_000; i++) {
      String id = new KeyRing(keys, random::nextDouble).next().orElseThrow().id();
      a += id.equals("a") ? 1 : 0;
      c += id.equals("c") ? 1 : 0;
    }
    assertEquals(7500, a, 200);
    assertEquals(0, c);
  }

  @Test
  void aKeyOfWeightZeroIsUsedWhenNoOtherIsLeft() {
    ProviderKey only = key("a", 1);
    ProviderKey spare = key("b", 0);
    KeyRing ring = new KeyRing(List.of(only, spare), () -> 0.99);
    assertEquals(Optional.of(only), ring.next());
    ring.kill(only);
    assertEquals(Optional.of(spare), ring.next());
    assertFalse(ring.allDead());
    ring.kill(spare);
    assertEquals(Optional.empty(), ring.next());
    assertTrue(ring.allDead());
  }

  @Test
  void limitedKeysComeBackWhenForgivenAndDeadOnesDoNot() {
    ProviderKey limited = key("a", 1);
    ProviderKey dead = key("b", 1);
    KeyRing ring = new KeyRing(List.of(limited, dead), () -> 0);
    ring.limit(limited);
    ring.kill(dead);
    assertEquals(Optional.empty(), ring.next());
    ring.forgive();
    assertEquals(Optional.of(limited), ring.next());
  }

  @Test
  void aRingWithoutKeysHasNoneAndNoneDead() {
    KeyRing ring = new KeyRing(List.of(), () -> 0);
    assertEquals(Optional.empty(), ring.next());
    assertFalse(ring.allDead());
  }
}
