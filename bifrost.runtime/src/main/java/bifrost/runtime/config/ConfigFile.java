package bifrost.runtime.config;

import bifrost.api.model.Secret;
import bifrost.api.snapshot.EntityType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a configuration file says, or what the environment says when there is no file.
 *
 * @param origin where it was read from, for people
 * @param seeds the rows that it seeds
 * @param plugins the properties of each plugin of this node by PID; values are strings, numbers,
 *     booleans and arrays of strings, secrets among them
 * @param nodeId the node's id, where it is set
 * @param encryptionKey what secrets are encrypted with, where it is set
 * @param authoritative the kinds of which the file is the only truth: what it does not hold ends,
 *     and edits made at run time are undone ({@code source_of_truth})
 * @param warnings what was left aside, one line each
 */
public record ConfigFile(
    String origin,
    List<SeedRow> seeds,
    Map<String, Map<String, Object>> plugins,
    Optional<String> nodeId,
    Optional<Secret> encryptionKey,
    Set<EntityType> authoritative,
    List<String> warnings) {
  /** Copies the collections. */
  public ConfigFile {
    seeds = List.copyOf(seeds);
    plugins = Map.copyOf(plugins);
    authoritative = Set.copyOf(authoritative);
    warnings = List.copyOf(warnings);
  }

  /** Origin and counts only: plugin properties may be secret. */
  @Override
  public String toString() {
    return "ConfigFile[" + origin + ", " + seeds.size() + " rows, " + plugins.keySet() + "]";
  }
}
