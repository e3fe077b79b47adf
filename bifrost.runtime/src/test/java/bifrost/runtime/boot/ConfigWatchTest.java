package bifrost.runtime.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import bifrost.api.model.InvalidConfigException;
import bifrost.runtime.boot.ConfigWatch.Stamp;
import bifrost.runtime.config.ConfigFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatchTest {
  private final BlockingQueue<String> read = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> taken = new LinkedBlockingQueue<>();

  @TempDir private Path folder;

  @Test
  void aChangedFileIsTakenAndOneThatCannotBeUsedIsNot() throws Exception {
    Path file = Files.writeString(folder.resolve("config.json"), "first");
    try (ConfigWatch watch = watch(file, Stamp.of(file))) {
      replace(file, "second");
      assertEquals("second", next(taken));
      replace(file, "bad file");
      assertEquals("second", next(read));
      assertEquals("bad file", next(read));
      Files.delete(file);
      replace(file, "third one");
      assertEquals("third one", next(taken));
      assertEquals(0, taken.size());
    }
  }

  @Test
  void aFileThatChangedWhileTheNodeBootedIsTaken() throws Exception {
    Path file = Files.writeString(folder.resolve("config.json"), "first");
    Stamp known = Stamp.of(file);
    replace(file, "second");
    try (ConfigWatch watch = watch(file, known)) {
      assertEquals("second", next(taken));
    }
  }

  private ConfigWatch watch(Path file, Stamp known) {
    return new ConfigWatch(file, known, this::read, config -> taken.add(config.origin()));
  }

  private void replace(Path file, String text) throws IOException {
    Path beside = Files.writeString(folder.resolve("next"), text);
    Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String next(BlockingQueue<String> queue) throws InterruptedException {
    String next = queue.poll(30, TimeUnit.SECONDS);
    assertNotNull(next, "nothing came");
    return next;
  }

  private ConfigFile read(Path file) {
    try {
      String text = Files.readString(file);
      read.add(text);
      if (text.startsWith("bad")) {
        throw new InvalidConfigException("", "it is bad");
      }
      return new ConfigFile(
          text, List.of(), Map.of(), Optional.empty(), Optional.empty(), Set.of(), List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
