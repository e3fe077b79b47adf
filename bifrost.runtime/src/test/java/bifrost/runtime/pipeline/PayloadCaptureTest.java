package bifrost.runtime.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.journal.Journal;
import bifrost.api.journal.JournalRecord;
import bifrost.api.journal.JournalState;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.RequestPayload;
import bifrost.api.model.Header;
import bifrost.api.model.Secret;
import bifrost.api.provider.ResponseSink.FrameKind;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.VirtualKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadCaptureTest extends RequestPathSupport {
  private final List<RequestPayload> kept = new ArrayList<>();
  private final List<RequestLog> logs = new ArrayList<>();

  @BeforeEach
  void bindJournal() {
    snapshot.provider("p", 0).key("p", "k", "*");
    plugins.bindJournal(
        new Journal() {
          @Override
          public Appended append(JournalRecord record) {
            if (record instanceof RequestPayload payload) {
              kept.add(payload);
            } else if (record instanceof RequestLog log) {
              logs.add(log);
            }
            return Appended.KEPT;
          }

          @Override
          public JournalState state() {
            return JournalState.NORMAL;
          }
        });
  }

  @Test
  void withoutConfigurationNothingIsKept() {
    provider("p", (call, sink) -> answer(sink, "{}"));
    serve(CHAT.formatted(""));
    assertEquals(200, client.status);
    assertEquals(List.of(), kept);
  }

  @ParameterizedTest
  @CsvSource({
    // all, virtual key, header, header allowed -> kept
    "off, '',    '',    no,  no",
    "on,  '',    '',    no,  yes",
    "on,  off,   '',    no,  no",
    "off, on,    '',    no,  yes",
    "off, '',    false, no,  no",
    "on,  '',    true,  no,  yes",
    "off, '',    false, yes, yes",
    "on,  on,    true,  yes, no",
    "on,  off,   false, yes, yes",
    "on,  off,   maybe, yes, no",
  })
  void theRequestDecidesWhereItMayElseItsKeyElseTheSettings(
      String all, String key, String header, String allowed, String expected) {
    provider("p", (call, sink) -> answer(sink, "{\"answer\":1}"));
    snapshot.client(settings(true, all.equals("on"), allowed.equals("yes")));
    snapshot.virtualKey(key(key.isEmpty() ? Optional.empty() : Optional.of(key.equals("off"))));
    if (!header.isEmpty()) {
      headers = List.of(new Header("X-BF-Disable-Content-Logging", header));
    }
    serve(CHAT.formatted(""));
    assertEquals(expected.equals("yes") ? 1 : 0, kept.size());
  }

  @Test
  void bothBodiesAreKeptAndNoHeader() {
    headers = List.of(new Header("X-Secret", "hush"));
    provider("p", (call, sink) -> answer(sink, "{\"answer\":1}"));
    snapshot.client(settings(true, true, false));
    serve(CHAT.formatted(""));
    RequestPayload payload = kept.getFirst();
    assertEquals("id-1", payload.id());
    assertEquals(CHAT.formatted(""), text(payload.request()));
    assertEquals(client.text(), text(payload.response()));
    assertFalse(payload.truncated());
    assertFalse(payload.toString().contains("hush"));
  }

  @Test
  void aStreamIsKeptAsTheClientGotIt() {
    provider(
        "p",
        (call, sink) -> {
          sink.head(streamHead());
          frame(sink, "data: {\"choices\":[]}\n\n", FrameKind.CONTENT);
          frame(sink, "data: [DONE]\n\n", FrameKind.DONE);
          return bifrost.api.provider.Outcome.COMPLETED;
        });
    snapshot.client(settings(true, true, false));
    serve(CHAT.formatted(",\"stream\":true"));
    assertEquals(client.text(), text(kept.getFirst().response()));
    assertTrue(client.text().contains("[DONE]"), client.text());
  }

  @Test
  void withoutLoggingNeitherRowNorBodiesAreKeptAndTheRequestIsSettled() {
    provider("p", (call, sink) -> answer(sink, "{}"));
    headers = List.of(new Header(PayloadCapture.HEADER, "false"));
    snapshot.client(settings(false, true, true));
    serve(CHAT.formatted(""));
    assertEquals(200, client.status);
    assertEquals(List.of(), kept);
    assertEquals(List.of(), logs);
    assertEquals(7, governor.settlements.getFirst().costNanos());

    snapshot.client(settings(true, true, true));
    serve(CHAT.formatted(""));
    assertEquals(1, kept.size());
    assertEquals(1, logs.size());
  }

  @Test
  void bodiesAreCutAtTheirLimitAndWhenMemoryIsShort() {
    int[] left = {25};
    PayloadCopy copy =
        new PayloadCopy(
            10,
            bytes -> {
              left[0] -= bytes;
              return left[0] >= 0;
            });
    copy.asked(ByteBuffer.wrap(new byte[10]));
    assertFalse(copy.truncated());
    copy.answered(ByteBuffer.wrap(new byte[6]));
    copy.answered(ByteBuffer.wrap(new byte[6]));
    assertTrue(copy.truncated());
    assertEquals(10, copy.response().length);
    PayloadCopy starved = new PayloadCopy(10, bytes -> false);
    starved.asked(ByteBuffer.wrap(new byte[1]));
    assertTrue(starved.truncated());
    assertEquals(0, starved.bytes());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static ClientSettings settings(boolean log, boolean keep, boolean override) {
    ClientSettings d = ClientSettings.DEFAULT;
    return new ClientSettings(
        d.enforceAuth(),
        d.maxBodyBytes(),
        d.requestTimeout(),
        d.maxConcurrentRequests(),
        log,
        !keep,
        override,
        d.logRetentionDays(),
        d.requiredHeaders(),
        d.allowedOrigins());
  }

  private static VirtualKey key(Optional<Boolean> quiet) {
    return new VirtualKey(
        "vk",
        "name",
        "",
        KeyHash.of(Secret.of("s")),
        true,
        List.of(),
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Limits.NONE,
        quiet);
  }
}
