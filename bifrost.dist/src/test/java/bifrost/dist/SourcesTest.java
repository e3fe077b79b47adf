package bifrost.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Gates on the text of sources. */
class SourcesTest {
  private static final int MAX_LINES = 500;
  private static final Set<String> KINDS =
      Set.of("java", "sh", "bnd", "js", "css", "html", "proto", "sql", "properties");

  @Test
  void noFileIsLongerThanFiveHundredLines() throws IOException {
    List<String> faults = new ArrayList<>();
    for (Path file : sources()) {
      int lines = lines(file).size();
      if (lines > MAX_LINES) {
        faults.add("%s has %d lines".formatted(relative(file), lines));
      }
    }
    assertEquals(List.of(), faults);
  }

  @Test
  void nothingIsLeftToDoInMainSources() throws IOException {
    List<String> faults = new ArrayList<>();
    for (Path file : sources()) {
      if (!file.toString().contains("/src/main/")) {
        continue;
      }
      List<String> lines = lines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).matches(".*\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b.*")) {
          faults.add("%s:%d".formatted(relative(file), i + 1));
        }
      }
    }
    assertEquals(List.of(), faults);
  }

  private static List<Path> sources() throws IOException {
    return Workspace.files().stream().filter(SourcesTest::isSource).toList();
  }

  private static boolean isSource(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? Files.isExecutable(file) : KINDS.contains(name.substring(dot + 1));
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (MalformedInputException e) {
      throw new IOException(relative(file) + " is not UTF-8", e);
    }
  }

  private static Path relative(Path file) {
    return Workspace.root().relativize(file);
  }
}
