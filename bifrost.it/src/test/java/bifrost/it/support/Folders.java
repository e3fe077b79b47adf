package bifrost.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Deletes the folders of tests. */
public final class Folders {
  private Folders() {}

  public static void delete(Path folder) {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException | UncheckedIOException e) {
      return; // gone already, or being written by a process that dies
    }
    for (Path file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (NoSuchFileException e) {
        // gone already
      } catch (IOException e) {
        file.toFile().deleteOnExit();
      }
    }
  }
}
