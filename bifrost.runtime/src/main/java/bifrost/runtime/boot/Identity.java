package bifrost.runtime.boot;

import bifrost.api.model.InvalidConfigException;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.config.json.Fields;
import bifrost.runtime.config.json.JsonText;
import bifrost.runtime.config.json.JsonTree;
import bifrost.runtime.config.json.Problems;
import bifrost.runtime.local.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Who writes: a node and one of its starts. Never used twice.
 *
 * <p>A generated id counts its starts from 1. A configured id may come back on an empty disk, so
 * its count starts at the seconds since 1970: a later start has a greater epoch all the same.
 *
 * @param nodeId the node's id
 * @param epoch the start
 */
record Identity(String nodeId, long epoch) {
  private static final String FILE = "identity.json";
  private static final int GENERATED_BYTES = 6;

  /**
   * The identity of this start, on disk when it returns.
   *
   * @param directory the data directory
   * @param configured the id of the configuration, where it sets one
   * @param clock the wall clock
   * @param random makes an id where there is none
   */
  static Identity next(
      Path directory, Optional<String> configured, InstantSource clock, RandomGenerator random) {
    Path file = directory.resolve(FILE);
    try {
      Optional<Identity> last = Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
      Identity next = after(last, configured, clock, random);
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("node_id", next.nodeId);
      members.put("epoch", next.epoch);
      DurableFile.write(file, JsonText.of(members) + "\n");
      return next;
    } catch (IOException e) {
      throw new InvalidConfigException(
          "bifrost.data", "the node's identity cannot be kept in " + file + ": " + e);
    }
  }

  private static Identity after(
      Optional<Identity> last,
      Optional<String> configured,
      InstantSource clock,
      RandomGenerator random) {
    if (last.isPresent()) {
      String nodeId = configured.orElse(last.get().nodeId);
      boolean sameNode = nodeId.equals(last.get().nodeId);
      long next = last.get().epoch + 1;
      return new Identity(nodeId, sameNode ? next : Math.max(next, seconds(clock)));
    }
    return configured
        .map(nodeId -> new Identity(nodeId, seconds(clock)))
        .orElseGet(() -> new Identity(generated(random), 1));
  }

  private static Identity read(Path file) throws IOException {
    Problems problems = new Problems();
    Fields fields =
        new Fields(
            JsonTree.object(Files.readAllBytes(file), problems).orElse(Map.of()),
            Environment.NONE,
            problems);
    String nodeId = fields.requiredText("node_id");
    long epoch = fields.whole("epoch", 1, Long.MAX_VALUE - 1).orElse(0);
    if (problems.count() > 0 || epoch == 0) {
      throw new InvalidConfigException(
          "bifrost.data",
          file
              + " is damaged. Bring it back from a backup; or delete it, and the node starts under"
              + " a new id");
    }
    return new Identity(nodeId, epoch);
  }

  private static long seconds(InstantSource clock) {
    return clock.instant().getEpochSecond();
  }

  private static String generated(RandomGenerator random) {
    byte[] bytes = new byte[GENERATED_BYTES];
    random.nextBytes(bytes);
    return "node-" + HexFormat.of().formatHex(bytes);
  }
}
