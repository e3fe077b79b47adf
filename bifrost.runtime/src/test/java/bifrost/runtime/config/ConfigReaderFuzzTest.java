package bifrost.runtime.config;

import static org.junit.jupiter.api.Assertions.assertFalse;

import bifrost.api.model.InvalidConfigException;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.config.json.JsonNumber;
import bifrost.runtime.config.json.JsonText;
import bifrost.runtime.config.json.JsonTree;
import bifrost.runtime.config.json.Problems;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the document: it is read, or refused by one exception that shows no secret. */
class ConfigReaderFuzzTest {
  private static final int ROUNDS = 1_000;
  private static final Object[] ODD_VALUES = {
    null,
    true,
    "",
    "env.",
    "env.NOPE",
    "*",
    " ",
    "\u0000",
    "a".repeat(3000),
    new JsonNumber("-1"),
    new JsonNumber("1e999"),
    new JsonNumber("9223372036854775808"),
    new JsonNumber("0.1"),
    List.of(),
    Map.of(),
    List.of(Map.of()),
    Map.of("a", Map.of())
  };

  @Test
  void changedBytesAreReadOrRefused() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      byte[] bytes = ConfigDocuments.EXAMPLE.getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      readOrRefuse(seed, bytes);
      readOrRefuse(seed, java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)));
    }
  }

  @Test
  void changedValuesAreReadOrRefused() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      Object tree =
          JsonTree.object(ConfigDocuments.EXAMPLE.getBytes(StandardCharsets.UTF_8), new Problems())
              .orElseThrow();
      for (int i = 0; i < 1 + random.nextInt(3); i++) {
        tree = changed(tree, random, 0);
      }
      if (tree instanceof Map<?, ?>) {
        readOrRefuse(seed, JsonText.of(tree).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static Object changed(Object value, Random random, int depth) {
    if (depth > 0 && random.nextInt(6) == 0) {
      return ODD_VALUES[random.nextInt(ODD_VALUES.length)];
    }
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      Map<String, Object> copy = new LinkedHashMap<>();
      int target = random.nextInt(map.size());
      int i = 0;
      for (Map.Entry<?, ?> member : map.entrySet()) {
        String name = (String) member.getKey();
        boolean hit = i++ == target;
        String newName = hit && random.nextInt(8) == 0 ? name + "x" : name;
        copy.put(newName, hit ? changed(member.getValue(), random, depth + 1) : member.getValue());
      }
      return copy;
    }
    if (value instanceof List<?> list && !list.isEmpty()) {
      List<Object> copy = new ArrayList<>(list);
      int target = random.nextInt(list.size());
      copy.set(target, changed(list.get(target), random, depth + 1));
      if (random.nextInt(4) == 0) {
        copy.add(copy.get(target));
      }
      return copy;
    }
    return ODD_VALUES[random.nextInt(ODD_VALUES.length)];
  }

  private static void readOrRefuse(int seed, byte[] json) {
    try {
      new ConfigReader(new Environment(ConfigDocuments.VARIABLES::get), Path.of("/data"))
          .read(json, "config.json");
    } catch (InvalidConfigException e) {
      for (String secret : List.of("sk-openai-secret", "correct horse", "pg-secret")) {
        assertFalse(e.getMessage().contains(secret), "seed " + seed + ": " + e.getMessage());
      }
    } catch (RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + new String(json, StandardCharsets.UTF_8), e);
    }
  }
}
