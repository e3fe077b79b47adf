package bifrost.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The configuration files of {@code docs/topologies.md} are read as they stand there. */
class TopologiesTest {
  private static final Path PAGE = Path.of("..", "docs", "topologies.md");
  private static final Pattern BLOCK = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

  @Test
  void thePageHasAFileForEachTopology() throws IOException {
    assertEquals(2, files().count());
  }

  @ParameterizedTest
  @MethodSource("files")
  void aFileOfThePageIsTakenAsItIs(String json) {
    ConfigFile file = ConfigDocuments.read(json, variables());
    assertEquals(List.of(), file.warnings());
    Map<String, Object> store = file.plugins().get("bifrost.storage");
    assertTrue(
        store.get("write.url").toString().startsWith("jdbc:postgresql://"), store.toString());
    assertTrue(file.plugins().containsKey("bifrost.sync.membership"));
    assertTrue(file.encryptionKey().isPresent());
  }

  @Test
  void theFirstReadsItsReplicaAndWritesToWhicheverServerIsThePrimary() throws IOException {
    Map<String, Object> store =
        ConfigDocuments.read(files().findFirst().orElseThrow(), variables())
            .plugins()
            .get("bifrost.storage");
    assertTrue(store.get("read.url").toString().contains("//pg-b:5432/"), store.toString());
    assertTrue(store.get("write.url").toString().contains("//pg-a:5432,pg-b:5432/"));
  }

  static Stream<String> files() throws IOException {
    return BLOCK.matcher(Files.readString(PAGE)).results().map(TopologiesTest::content);
  }

  private static String content(MatchResult block) {
    return block.group(1);
  }

  private static Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>(ConfigDocuments.VARIABLES);
    variables.put("BIFROST_ENCRYPTION_KEY", "a long enough key");
    return variables;
  }
}
