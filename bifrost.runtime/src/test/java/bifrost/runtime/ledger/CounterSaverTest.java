package bifrost.runtime.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bifrost.api.journal.Writer;
import bifrost.api.ledger.Slot;
import bifrost.api.model.Secret;
import bifrost.runtime.local.CounterFile;
import bifrost.runtime.snapshot.codec.KeyMaterial;
import bifrost.runtime.snapshot.codec.SecretBox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CounterSaverTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final long DAY = 86_400_000L;

  @TempDir private Path folder;

  private final InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(NOW));

  @Test
  void theNextLifeKnowsWhatThisOneAndItsPeersHaveSpent() {
    MemoryLedger first = ledger(1);
    CounterSaver saver = saver(first);
    first.open("b", NOW - 1, NOW + DAY).add(40);
    first.merge(List.of(new Slot("b", NOW - 1, NOW + DAY, "n2", 3, 2)));
    first.open("short", NOW - 1, NOW + 5_000).add(1);
    saver.close();
    MemoryLedger second = ledger(2);
    CounterSaver restoring = saver(second);
    restoring.restore();
    assertEquals(42, second.total("b", NOW - 1));
    assertEquals(0, second.total("short", NOW - 1), "over before a restart is");
    second.open("b", NOW - 1, NOW + DAY).add(8);
    restoring.close();
    MemoryLedger third = ledger(3);
    CounterSaver last = saver(third);
    last.restore();
    assertEquals(50, third.total("b", NOW - 1));
    last.close();
  }

  @Test
  void aDamagedFileIsLeftOut() throws Exception {
    MemoryLedger first = ledger(1);
    CounterSaver saver = saver(first);
    first.open("b", NOW - 1, NOW + DAY).add(40);
    saver.close();
    Path file = folder.resolve("counters.sealed");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    MemoryLedger second = ledger(2);
    CounterSaver restoring = saver(second);
    restoring.restore();
    assertEquals(0, second.total("b", NOW - 1));
    restoring.close();
  }

  private MemoryLedger ledger(long epoch) {
    return new MemoryLedger(new Writer("n1", epoch), clock, 10_000, values -> {});
  }

  private CounterSaver saver(MemoryLedger ledger) {
    SecretBox box = new SecretBox(new KeyMaterial.Generated(Secret.of("ab".repeat(32)), "file"));
    return new CounterSaver(ledger, new CounterFile(folder, box), clock);
  }
}
