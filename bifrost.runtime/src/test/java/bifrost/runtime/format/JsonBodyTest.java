package bifrost.runtime.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Operation;
import bifrost.api.model.Refusal;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.Payload;
import bifrost.runtime.format.InboundFormat.Parsed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class JsonBodyTest {
  private final OpenAiFormat format = new OpenAiFormat();
  private final ObjectMapper mapper = JsonMapper.builder().build();

  private Parsed parse(String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return format.parse(
        Operation.CHAT_COMPLETION,
        new InboundBody("application/json", bytes.length, new ByteArrayInputStream(bytes)));
  }

  private ParsedCall call(String body) throws IOException {
    return assertInstanceOf(Parsed.Ok.class, parse(body)).call();
  }

  private static String raw(ParsedCall call, String model, boolean usage, OptionalLong limit)
      throws IOException {
    RawEdits edits = new RawEdits(model, usage, limit, "max_completion_tokens");
    Payload.Raw raw = (Payload.Raw) call.body().raw(WireFormat.OPENAI, edits);
    byte[] bytes = raw.body().open().readAllBytes();
    assertEquals(bytes.length, raw.body().length());
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void onlyTheModelDiffersAndEveryOtherByteIsKept() throws IOException {
    String body =
        "{ \"x_unknown\" : 1.50e0,\n\t\"model\" : \"openai/gpt-4o\", \"messages\":[{\"model\":\"keep\"}],"
            + "\"big\":123456789012345678901234567890 , \"s\":\"\\u00e9\\/\" }";
    assertEquals(
        body.replace("openai/gpt-4o", "gpt-4o"),
        raw(call(body), "gpt-4o", false, OptionalLong.empty()));
  }

  @Test
  void aModelThatIsCalledTheSameOnTheWireLeavesTheBodyUntouched() throws IOException {
    String body = "{\"model\":\"gpt\\u002d4o\",\"messages\":[]}";
    ParsedCall call = call(body);
    assertEquals("gpt-4o", call.model());
    assertEquals(body, raw(call, "gpt-4o", true, OptionalLong.empty()));
  }

  @Test
  void whateverTheOrderOfMembersTheEditedBodyMeansTheSame() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 3_000; i++) {
      List<String> members = new ArrayList<>(List.of("\"model\":\"p/m\"", "\"a\":{\"b\":[1]}"));
      add(members, random, "\"fallbacks\":[\"x/y\",{\"provider\":\"v\",\"model\":\"w\"}]");
      add(members, random, "\"stream\":true");
      add(members, random, "\"stream_options\":{\"include_obfuscation\":false}");
      add(members, random, "\"max_tokens\":1000");
      Collections.shuffle(members, random);
      String body = "{" + String.join(random.nextBoolean() ? "," : " , ", members) + "}";
      ObjectNode expected = (ObjectNode) mapper.readTree(body);
      expected.put("model", "m");
      expected.remove("fallbacks");
      if (expected.path("stream").booleanValue(false)) {
        expected.withObject("stream_options").put("include_usage", true);
      }
      expected.put(expected.has("max_tokens") ? "max_tokens" : "max_completion_tokens", 7);
      assertEquals(
          expected,
          mapper.readTree(raw(call(body), "m", true, OptionalLong.of(7))),
          () -> "seed " + seed + ": " + body);
    }
  }

  private static void add(List<String> members, Random random, String member) {
    if (random.nextBoolean()) {
      members.add(member);
    }
  }

  @Test
  void aSmallerLimitOfTheCallerStays() throws IOException {
    String body = "{\"model\":\"m\",\"max_completion_tokens\":5}";
    assertEquals(body, raw(call(body), "m", false, OptionalLong.of(7)));
  }

  @Test
  void usageThatTheCallerAskedForIsNotAskedForTwice() throws IOException {
    String body = "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
    ParsedCall call = call(body);
    assertTrue(call.usageWanted());
    assertEquals(body, raw(call, "m", true, OptionalLong.empty()));
  }

  @Test
  void whatTheGatewayReadsIsRead() throws IOException {
    ParsedCall call =
        call(
            "{\"model\":\"p/m\",\"stream\":true,\"n\":3,\"max_tokens\":10,"
                + "\"max_completion_tokens\":20,\"fallbacks\":[\"a/b\",{\"provider\":\"c\",\"model\":\"d\"}]}");
    assertEquals("p/m", call.model());
    assertTrue(call.stream());
    assertEquals(3, call.choices());
    assertEquals(OptionalLong.of(20), call.maxOutputTokens());
    assertEquals(List.of("a/b", "c/d"), call.fallbacks());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|model|missing",
        "{\"model\":7}|model|not a string",
        "{\"model\":\" \"}|model|empty",
        "{\"model\":\"a\",\"model\":\"b\"}|model|twice",
        "{\"model\":\"a\",\"stream\":\"yes\"}|stream|true or false",
        "{\"model\":\"a\",\"n\":0}|n|whole number",
        "{\"model\":\"a\",\"max_tokens\":1.5}|max_tokens|whole number",
        "{\"model\":\"a\",\"max_tokens\":-1}|max_tokens|whole number",
        "{\"model\":\"a\",\"stream_options\":3}|stream_options|not an object",
        "{\"model\":\"a\",\"fallbacks\":\"x/y\"}|fallbacks|array",
        "{\"model\":\"a\",\"fallbacks\":[\"xy\"]}|fallbacks[0]|provider/model"
      })
  void badFieldsAreRefusedByName(String body, String field, String problem) throws IOException {
    Refusal refusal = assertInstanceOf(Parsed.Refused.class, parse(body)).refusal();
    assertEquals(400, refusal.status());
    assertEquals(field, refusal.param().orElseThrow());
    assertTrue(refusal.message().contains(problem), refusal.message());
  }
}
