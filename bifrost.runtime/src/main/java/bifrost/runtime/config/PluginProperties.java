package bifrost.runtime.config;

import bifrost.api.model.Json;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.config.json.Fields;
import bifrost.runtime.config.json.JsonTree;
import bifrost.runtime.config.json.Problems;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A plugin's JSON as properties of Configuration Admin, references resolved. */
public final class PluginProperties {
  private PluginProperties() {}

  /**
   * The properties of a JSON object.
   *
   * @param problems takes what is wrong with it, such as a variable that is not set
   */
  public static Map<String, Object> of(Json json, Environment environment, Problems problems) {
    Map<String, Object> properties = new LinkedHashMap<>();
    JsonTree.object(json.text().getBytes(StandardCharsets.UTF_8), problems)
        .map(members -> new Fields(members, environment, problems))
        .ifPresent(fields -> FlatProperties.copyAll(fields, Set.of(), properties));
    return properties;
  }
}
