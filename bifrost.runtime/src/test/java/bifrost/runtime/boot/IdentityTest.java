package bifrost.runtime.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.InvalidConfigException;
import bifrost.runtime.snapshot.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
  private final TestClock clock = new TestClock(1_800_000_000_000L);
  private final Random random = new Random(1);

  @TempDir private Path data;

  @Test
  void aGeneratedIdStaysAndItsEpochGrowsByOne() {
    Identity first = next(Optional.empty());
    assertTrue(first.nodeId().matches("node-[0-9a-f]{12}"), first.nodeId());
    assertEquals(1, first.epoch());
    assertEquals(new Identity(first.nodeId(), 2), next(Optional.empty()));
    assertEquals(new Identity(first.nodeId(), 3), next(Optional.empty()));
  }

  @Test
  void aConfiguredIdOnAnEmptyDiskNeverRepeatsAnEpoch() throws IOException {
    Identity first = next(Optional.of("eu-1"));
    assertEquals("eu-1", first.nodeId());
    assertEquals(new Identity("eu-1", first.epoch() + 1), next(Optional.of("eu-1")));
    clock.advance(5_000);
    Files.delete(data.resolve("identity.json"));
    assertTrue(next(Optional.of("eu-1")).epoch() > first.epoch() + 1);
  }

  @Test
  void anIdThatTheConfigurationChangesStartsAnEpochOfItsOwn() {
    Identity generated = next(Optional.empty());
    Identity named = next(Optional.of("eu-1"));
    assertEquals("eu-1", named.nodeId());
    assertTrue(named.epoch() >= 1_800_000_000L);
    Identity back = next(Optional.of(generated.nodeId()));
    assertTrue(back.epoch() > named.epoch(), "the other name's starts are not known any more");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"node_id\": \"a\"}",
        "{\"node_id\": \"a\", \"epoch\": 0}",
        "{\"node_id\": \"a\", \"epoch\": \"x\"}",
        "{\"node_id\": \"\", \"epoch\": 4}",
        "\u0000\u0000"
      })
  void aDamagedFileIsRefusedAndNotReplaced(String text) throws IOException {
    Path file = Files.writeString(data.resolve("identity.json"), text);
    InvalidConfigException e =
        assertThrows(InvalidConfigException.class, () -> next(Optional.empty()));
    assertTrue(e.getMessage().contains("identity.json is damaged"), e.getMessage());
    assertEquals(text, Files.readString(file));
  }

  @Test
  void aCrashBeforeTheRenameLeavesTheOldIdentity() throws IOException {
    Identity first = next(Optional.empty());
    Files.writeString(data.resolve("identity.json.new"), "{\"node_id\": \"half wr");
    assertEquals(new Identity(first.nodeId(), 2), next(Optional.empty()));
    assertFalse(Files.exists(data.resolve("identity.json.new")));
  }

  @Test
  void onlyTheOwnerMayReadTheFiles() throws IOException {
    next(Optional.empty());
    EncryptionKey.of(Optional.empty(), data);
    for (String name : new String[] {"identity.json", "encryption.key"}) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(name))));
    }
  }

  @Test
  void aDamagedKeyFileIsRefusedAndNotReplaced() throws IOException {
    Path file = Files.writeString(data.resolve("encryption.key"), "abc");
    assertThrows(InvalidConfigException.class, () -> EncryptionKey.of(Optional.empty(), data));
    assertEquals("abc", Files.readString(file));
  }

  @Test
  void aDataDirectoryIsHeldByOneProcess() {
    try (DataDir held = DataDir.open(data)) {
      InvalidConfigException e =
          assertThrows(InvalidConfigException.class, () -> DataDir.open(data));
      assertTrue(e.getMessage().contains("in use by"), e.getMessage());
      assertTrue(e.getMessage().contains("--data"), e.getMessage());
      assertEquals(data, held.path());
    }
    DataDir.open(data).close();
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsNamed() throws IOException {
    Path file = Files.writeString(data.resolve("file"), "");
    InvalidConfigException e = assertThrows(InvalidConfigException.class, () -> DataDir.open(file));
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
  }

  private Identity next(Optional<String> configured) {
    return Identity.next(data, configured, clock, random);
  }
}
