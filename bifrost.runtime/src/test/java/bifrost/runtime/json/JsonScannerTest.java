package bifrost.runtime.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.runtime.json.JsonScanner.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

class JsonScannerTest {
  private static final String SAMPLE =
      "{\"model\":\"a/b\",\"n\":-1.5e+3,\"deep\":[[],{},[{\"x\":[true,false,null]}]],"
          + "\"text\":\"\\u00e9\\n\\\"ä€😀\", \"empty\" : \"\" }";

  @Test
  void membersOfTheTopLevelAreReportedWithTheirExactBytes() throws MalformedJsonException {
    byte[] body = " { \"a\" : 1 , \"b\":[{\"a\":2}] } ".getBytes(StandardCharsets.UTF_8);
    List<String> seen = new ArrayList<>();
    JsonScanner.scanObject(
        body,
        body.length,
        (keyStart, keyEnd, valueStart, valueEnd) ->
            seen.add(
                new String(body, keyStart, keyEnd - keyStart, StandardCharsets.UTF_8)
                    + "="
                    + new String(body, valueStart, valueEnd - valueStart, StandardCharsets.UTF_8)));
    assertEquals(List.of("\"a\"=1", "\"b\"=[{\"a\":2}]"), seen);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|the body is empty",
        "[]|not a JSON object",
        "{\"a\":1|the body ends where ',' or '}' was expected",
        "{\"a\" 1}|found '1' where ':' was expected",
        "{\"a\":01}|a number must not start with 0",
        "{\"a\":1,}|found '}' where a member name",
        "{\"a\":[1,]}|found ']' where a value was expected",
        "{\"a\":\"x|the body ends inside a string",
        "{\"a\":\"\\x\"}|unknown escape",
        "{\"a\":\"\\u12g4\"}|four hexadecimal digits",
        "{\"a\":nul}|where a value was expected",
        "{\"a\":1}x|unexpected data after the JSON object",
        "{'a':1}|found ''' where a member name",
        "{\"a\":-}|found '}' where a digit was expected"
      })
  void malformedDocumentsAreRefusedByWhatIsWrong(String text, String message) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    MalformedJsonException e =
        assertThrows(
            MalformedJsonException.class,
            () -> JsonScanner.scanObject(body, body.length, (a, b, c, d) -> {}));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void nestingBeyondTheBoundIsRefusedAndUpToItAccepted() throws MalformedJsonException {
    int inner = JsonScanner.MAX_DEPTH - 1;
    byte[] fits = ("{\"a\":" + "[".repeat(inner) + "]".repeat(inner) + "}").getBytes();
    JsonScanner.scanObject(fits, fits.length, (a, b, c, d) -> {});
    byte[] deep = ("{\"a\":" + "[".repeat(100_000)).getBytes();
    assertThrows(
        MalformedJsonException.class,
        () -> JsonScanner.scanObject(deep, deep.length, (a, b, c, d) -> {}));
  }

  @Test
  void invalidUtf8IsRefused() {
    for (int[] bad :
        new int[][] {
          {0xFF}, {0xC0, 0x80}, {0xED, 0xA0, 0x80}, {0xE2, 0x82}, {0xF5, 0x80, 0x80, 0x80}
        }) {
      byte[] body = new byte[8 + bad.length];
      System.arraycopy("{\"a\":\"".getBytes(), 0, body, 0, 6);
      for (int i = 0; i < bad.length; i++) {
        body[6 + i] = (byte) bad[i];
      }
      body[6 + bad.length] = '"';
      body[7 + bad.length] = '}';
      assertThrows(
          MalformedJsonException.class,
          () -> JsonScanner.scanObject(body, body.length, (a, b, c, d) -> {}));
    }
  }

  @Test
  void anyMutationIsAcceptedExactlyWhenJacksonAcceptsIt() {
    ObjectMapper mapper =
        JsonMapper.builder()
            .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    byte[] sample = SAMPLE.getBytes(StandardCharsets.UTF_8);
    byte[] alphabet = "{}[]\",:\\u0123eE+-.tfn ab\n".getBytes(StandardCharsets.UTF_8);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 40_000; i++) {
      byte[] body = sample.clone();
      for (int j = random.nextInt(3); j >= 0; j--) {
        body[random.nextInt(body.length)] = alphabet[random.nextInt(alphabet.length)];
      }
      assertEquals(
          jackson(mapper, body),
          ours(body),
          () -> "seed " + seed + ": " + new String(body, StandardCharsets.UTF_8));
    }
  }

  private static boolean ours(byte[] body) {
    try {
      JsonScanner.scanObject(body, body.length, (a, b, c, d) -> {});
      return true;
    } catch (MalformedJsonException e) {
      return false;
    }
  }

  private static boolean jackson(ObjectMapper mapper, byte[] body) {
    try {
      return mapper.readTree(body).isObject();
    } catch (JacksonException e) {
      return false;
    }
  }
}
