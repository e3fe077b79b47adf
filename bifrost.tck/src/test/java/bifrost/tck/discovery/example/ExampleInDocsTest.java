package bifrost.tck.discovery.example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/add-a-discovery.md shows is what is compiled and passes the kit. */
class ExampleInDocsTest {
  private static final Path SOURCES = Path.of("src/test/java/bifrost/tck/discovery/example");

  @Test
  void theCodeInTheDocsIsTheCodeThatIsTested() throws Exception {
    String sources =
        Files.readString(SOURCES.resolve("FolderDiscovery.java"))
            + Files.readString(SOURCES.resolve("FolderConfig.java"));
    Matcher block =
        Pattern.compile("(?s)```java\n(.*?)```")
            .matcher(Files.readString(Path.of("../docs/add-a-discovery.md")));
    int blocks = 0;
    while (block.find()) {
      blocks++;
      assertTrue(sources.contains(block.group(1)), () -> "not in the example:\n" + block.group(1));
    }
    assertTrue(blocks >= 2, "the docs show the example");
  }
}
