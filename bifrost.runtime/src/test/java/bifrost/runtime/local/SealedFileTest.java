package bifrost.runtime.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Secret;
import bifrost.runtime.local.SealedHeader.Kind;
import bifrost.runtime.snapshot.codec.KeyMaterial;
import bifrost.runtime.snapshot.codec.SecretBox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedFileTest {
  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsReadAgainByAnotherProcess() throws Exception {
    SealedFile file = file("ab");
    for (int length : new int[] {0, 1, SealedHeader.CHUNK, 3 * SealedHeader.CHUNK + 7}) {
      byte[] content = random(length);
      file.write(1_800_000_000_123L, out -> out.write(content));
      byte[][] read = new byte[1][];
      Instant written = file("ab").read(in -> read[0] = in.readAllBytes());
      assertTrue(Arrays.equals(content, read[0]), "length " + length);
      assertEquals(1_800_000_000_123L, written.toEpochMilli());
    }
  }

  @Test
  void itIsReadableByItsOwnerOnlyAndHoldsNoClearText() throws Exception {
    SealedFile file = file("ab");
    file.write(1, out -> out.writeUTF("a secret text"));
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())));
    assertFalse(
        new String(Files.readAllBytes(file.path()), StandardCharsets.ISO_8859_1)
            .contains("a secret text"));
  }

  @Test
  void everyFlippedByteAndEveryCutIsNoticed() throws Exception {
    SealedFile file = file("ab");
    byte[] content = random(300);
    file.write(1, out -> out.write(content));
    byte[] whole = Files.readAllBytes(file.path());
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 0x40;
      Files.write(file.path(), flipped);
      assertThrows(UnusableFileException.class, () -> readAll(file), "byte " + i);
      Files.write(file.path(), Arrays.copyOf(whole, i));
      assertThrows(UnusableFileException.class, () -> readAll(file), "cut at " + i);
    }
    Files.write(file.path(), Arrays.copyOf(whole, whole.length + 1));
    assertThrows(UnusableFileException.class, () -> readAll(file), "a byte too many");
  }

  @Test
  void chunksCannotBeLeftOut() throws Exception {
    SealedFile file = file("ab");
    byte[] content = random(2 * SealedHeader.CHUNK);
    file.write(1, out -> out.write(content));
    byte[] whole = Files.readAllBytes(file.path());
    int chunk = Integer.BYTES + SealedHeader.CHUNK + SealedHeader.TAG;
    byte[] without = Arrays.copyOf(whole, whole.length - chunk);
    System.arraycopy(
        whole,
        SealedHeader.BYTES + chunk,
        without,
        SealedHeader.BYTES,
        whole.length - chunk - SealedHeader.BYTES);
    Files.write(file.path(), without);
    assertThrows(UnusableFileException.class, () -> readAll(file));
  }

  @Test
  void anotherKeyFormatOrKindIsNamed() throws Exception {
    SealedFile file = file("ab");
    file.write(1, out -> out.writeInt(1));
    assertMessage("another encryption key", file("cd"));
    SealedFile counters = new SealedFile(file.path(), Kind.COUNTERS, box("ab"));
    assertMessage("of another kind", counters);
    byte[] whole = Files.readAllBytes(file.path());
    whole[8] = 0;
    Files.write(file.path(), whole);
    assertMessage("has format 0, this release reads format 1", file);
    Files.writeString(file.path(), "x".repeat(200));
    assertMessage("is not a file of this product", file);
  }

  @Test
  void whatIsTooLargeIsNotWrittenAndTheOldContentStays() throws Exception {
    SealedFile file = new SealedFile(folder.resolve("f"), Kind.CONFIGURATION, box("ab"), 1 << 20);
    file.write(1, out -> out.writeInt(7));
    byte[] large = random(2 << 20);
    IOException e = assertThrows(IOException.class, () -> file.write(2, out -> out.write(large)));
    assertEquals("it would take more than 1 MiB", e.getMessage());
    int[] read = new int[1];
    file.read(in -> read[0] = in.readInt());
    assertEquals(7, read[0]);
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count(), "no half file is left behind");
    }
  }

  private static void assertMessage(String part, SealedFile file) {
    UnusableFileException e = assertThrows(UnusableFileException.class, () -> readAll(file));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  private static void readAll(SealedFile file) throws IOException {
    file.read(in -> in.readAllBytes());
  }

  private SealedFile file(String key) {
    return new SealedFile(folder.resolve("f"), Kind.CONFIGURATION, box(key));
  }

  static SecretBox box(String key) {
    return new SecretBox(new KeyMaterial.Generated(Secret.of(key.repeat(32)), "file"));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
