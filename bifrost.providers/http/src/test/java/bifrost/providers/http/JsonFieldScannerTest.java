package bifrost.providers.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.providers.http.JsonFieldScanner.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonFieldScannerTest {

  @Test
  void onlyTheOutermostFieldCounts() {
    assertEquals(
        Optional.of("{\"a\":1}"),
        usage("{\"x\":{\"usage\":{\"b\":2}},\"y\":[{\"usage\":3}],\"usage\":{\"a\":1}}"));
    assertEquals(Optional.empty(), usage("{\"x\":{\"usage\":1},\"y\":[\"usage\",{\"usage\":1}]}"));
  }

  @Test
  void aTextThatLooksLikeAFieldIsNone() {
    assertEquals(
        Optional.empty(), usage("{\"text\":\"\\\"usage\\\":{\\\"a\\\":1}\",\"b\":\"usage\"}"));
    assertEquals(Optional.of("7"), usage("{\"a\":\"\\\\\",\"usage\":7}"));
  }

  @Test
  void everyKindOfValueIsKeptWithoutWhiteSpace() {
    assertEquals(
        Optional.of("{\"a b\":[1,{\"c\":\"} ]\"}]}"),
        usage(" { \"usage\" : { \"a b\" : [ 1 , { \"c\" : \"} ]\" } ] } }"));
    assertEquals(Optional.of("null"), usage("{\"usage\":null}"));
    assertEquals(Optional.of("-1.5e3"), usage("{\"usage\": -1.5e3 , \"b\":1}"));
    assertEquals(Optional.of("\"a\\\"b\""), usage("{\"usage\":\"a\\\"b\"}"));
    assertEquals(Optional.of("[]"), usage("{\"usage\":[ ]}"));
    assertEquals(Optional.of("true"), usage("{\"usage\":true}"));
  }

  @Test
  void theLastOfTwoCounts() {
    assertEquals(Optional.of("2"), usage("{\"usage\":1,\"usage\":2}"));
  }

  @Test
  void aValueThatIsCutOffIsNotFound() {
    assertEquals(Optional.empty(), usage("{\"usage\":{\"a\":1"));
    assertEquals(Optional.empty(), usage("{\"usage\":12"));
  }

  @Test
  void aLongValueIsFoundButNotKept() {
    JsonFieldScanner scanner = new JsonFieldScanner(new Field("usage", 3));
    scanner.feed(buffer("{\"usage\":[1,2,3]}"));
    assertTrue(scanner.found(0));
    assertEquals(Optional.empty(), scanner.value(0));
    assertEquals(3, scanner.count(0));
  }

  @Test
  void elementsOfAnArrayAreCounted() {
    JsonFieldScanner scanner = new JsonFieldScanner(new Field("data", 2));
    scanner.feed(buffer("{\"data\":[{\"a\":[1,2]},{\"b\":\",\"}]}"));
    assertEquals(2, scanner.count(0));
    scanner.reset();
    assertEquals(0, scanner.count(0));
    scanner.feed(buffer("{\"data\":[ ]}"));
    assertEquals(0, scanner.count(0));
  }

  @Test
  void fieldsWithinFieldsAreFound() {
    JsonFieldScanner scanner =
        new JsonFieldScanner(new Field("response.usage", 100), new Field("usage", 100));
    scanner.feed(
        buffer("{\"usage\":1,\"response\":{\"x\":{\"usage\":9},\"usage\":{\"a\":2}},\"z\":[]}"));
    assertEquals("{\"a\":2}", text(scanner.value(0).orElseThrow()));
    assertTrue(scanner.is(1, "1"));
    assertFalse(scanner.is(1, "12"));
  }

  @Test
  void aPathWithinAnotherOneIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new JsonFieldScanner(new Field("error", 9), new Field("error.message", 9)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new JsonFieldScanner(new Field("error.message", 9), new Field("error", 9)));
  }

  @Test
  void everySplitFindsTheSame() {
    String json =
        "{\"id\":\"ü\\\\\",\"choices\":[{\"a\":\"\\\"usage\\\":1\"}],\"usage\":{\"n\":[1,2],\"s\":\"x y\"},\"z\":0}";
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second++) {
        JsonFieldScanner scanner = new JsonFieldScanner(new Field("usage", 100));
        scanner.feed(ByteBuffer.wrap(bytes, 0, first));
        scanner.feed(ByteBuffer.wrap(bytes, first, second - first));
        scanner.feed(ByteBuffer.wrap(bytes, second, bytes.length - second));
        assertEquals("{\"n\":[1,2],\"s\":\"x y\"}", text(scanner.value(0).orElseThrow()));
      }
    }
  }

  @Test
  void anyBytesDoNoHarmAndAnyJsonIsReadRight() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 5_000; round++) {
      String where = "seed " + seed + ", round " + round;
      byte[] noise = new byte[random.nextInt(60)];
      for (int i = 0; i < noise.length; i++) {
        noise[i] = (byte) "{}[]\",:\\ aus1\n".charAt(random.nextInt(14));
      }
      JsonFieldScanner scanner = new JsonFieldScanner(new Field("usage", 8), new Field("a.u", 8));
      scanner.feed(ByteBuffer.wrap(noise));
      scanner.reset();

      String usage = value(random, 0);
      String json =
          "{" + members(random, 2) + "\"usage\":" + usage + "," + members(random, 2) + "\"e\":1}";
      JsonFieldScanner clean = new JsonFieldScanner(new Field("usage", 100_000));
      for (byte b : json.getBytes(StandardCharsets.UTF_8)) {
        clean.feed(ByteBuffer.wrap(new byte[] {b}));
      }
      assertEquals(usage, clean.value(0).map(JsonFieldScannerTest::text).orElse("none"), where);
    }
  }

  private static String members(Random random, int count) {
    StringBuilder members = new StringBuilder();
    for (int i = 0; i < count; i++) {
      members.append("\"k").append(i).append("\":").append(value(random, 0)).append(',');
    }
    return members.toString();
  }

  private static String value(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 3 : 5)) {
      case 0 -> Integer.toString(random.nextInt());
      case 1 -> "\"u\\\"sage\\\\:{ü\"";
      case 2 -> "null";
      case 3 -> "[" + value(random, depth + 1) + "," + value(random, depth + 1) + "]";
      default -> "{\"usage\":" + value(random, depth + 1) + "}";
    };
  }

  private static Optional<String> usage(String json) {
    JsonFieldScanner scanner = new JsonFieldScanner(new Field("usage", 1000));
    scanner.feed(buffer(json));
    return scanner.value(0).map(JsonFieldScannerTest::text);
  }

  private static ByteBuffer buffer(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
