package bifrost.runtime.journal;

import bifrost.api.governance.Charged;
import bifrost.api.journal.CounterValue;
import bifrost.api.journal.JournalRecord.ConfigChange;
import bifrost.api.journal.JournalRecord.CounterValues;
import bifrost.api.journal.RequestLog;
import bifrost.api.journal.RequestPayload;
import bifrost.api.model.Operation;
import bifrost.api.model.Secret;
import bifrost.api.model.Usage;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.journal.record.PayloadSeal;
import bifrost.runtime.snapshot.codec.KeyMaterial;
import bifrost.runtime.snapshot.codec.SecretBox;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Records for tests. */
public final class Records {
  /** The first of January 2026. */
  public static final long START = 1_767_225_600_000L;

  /** Encrypts payloads of tests. */
  public static final PayloadSeal SEAL =
      new PayloadSeal(
          new SecretBox(new KeyMaterial.Generated(Secret.of("5a".repeat(32)), "of the test")));

  private Records() {}

  /** A request log whose id, cost and tokens say which one it is. */
  public static RequestLog log(long number) {
    return new RequestLog(
        "request-" + number,
        START + number * 1_000,
        Operation.CHAT_COMPLETION,
        "openai",
        "gpt-" + number % 3,
        "gpt-wire",
        "key-1",
        "primary",
        new Charged("vk-" + number % 5, "web", "team-1", ""),
        1,
        0,
        number % 2 == 0,
        number % 7 == 0 ? 500 : 200,
        number % 7 == 0 ? "upstream_error" : "",
        Usage.ofTokens(number, 2 * number),
        3 * number,
        1_500,
        -1);
  }

  /** Slots of one counter. */
  public static CounterValues counter(String id, long value) {
    return new CounterValues(List.of(new CounterValue(id, START, START + 86_400_000, value)));
  }

  /** A change of a team. */
  public static ConfigChange change(String id, long time) {
    Version version = new Version(time, "node");
    return new ConfigChange(
        Change.put(new Team(id, "team " + time, Optional.empty(), Limits.NONE), version));
  }

  /** A payload of so many bytes. */
  public static RequestPayload payload(long number, int bytes) {
    return new RequestPayload(
        "request-" + number,
        START,
        "q".repeat(bytes / 2).getBytes(StandardCharsets.UTF_8),
        "a".repeat(bytes - bytes / 2).getBytes(StandardCharsets.UTF_8),
        false);
  }

  /** The row of a change, with the version as its content. */
  public static StoredEntity row(Change change) {
    return new StoredEntity(
        change.type(),
        change.id(),
        change.version(),
        change.content().map(content -> "{\"v\":" + change.version().time() + "}"),
        "");
  }
}
