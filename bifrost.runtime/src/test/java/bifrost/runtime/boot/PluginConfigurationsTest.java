package bifrost.runtime.boot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import bifrost.api.model.Json;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.PluginSettings;
import bifrost.api.snapshot.Version;
import bifrost.runtime.config.ConfigFile;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.snapshot.MapSnapshot;
import bifrost.runtime.snapshot.SnapshotEditor;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

class PluginConfigurationsTest {
  private final Map<String, Dictionary<?, ?>> configurations = new HashMap<>();
  private final List<String> order = new ArrayList<>();
  private final PluginConfigurations plugins =
      new PluginConfigurations(admin(), new Environment(Map.of("SET", "resolved")::get));

  @Test
  void aWholeSnapshotConfiguresItsPlugins() {
    follow(put("org.acme", "{\"a\": {\"b\": 1}, \"c\": [\"x\"], \"d\": \"env.SET\", \"e\": 0.5}"));
    assertEquals(1L, configurations.get("org.acme").get("a.b"));
    assertArrayEquals(new String[] {"x"}, (String[]) configurations.get("org.acme").get("c"));
    assertEquals("resolved", configurations.get("org.acme").get("d"));
    assertEquals(0.5, configurations.get("org.acme").get("e"));
  }

  @Test
  void changesAreFollowed() {
    plugins.follow(MapSnapshot.EMPTY, List.of(put("org.acme", "{\"a\": 1}")));
    assertEquals(1L, configurations.get("org.acme").get("a"));
    plugins.follow(
        MapSnapshot.EMPTY,
        List.of(Change.remove(EntityType.PLUGIN, "org.acme", new Version(2, "n"))));
    assertNull(configurations.get("org.acme"));
  }

  @Test
  void theFileOfTheNodeHolds() {
    plugins.apply(
        new ConfigFile(
            "file",
            List.of(),
            Map.of("bifrost.sync.membership", Map.of("port", 1L)),
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            List.of()),
        new Identity("n1", 7));
    follow(put("bifrost.sync.membership", "{\"port\": 2}"));
    assertEquals(1L, configurations.get("bifrost.sync.membership").get("port"));
    assertEquals("n1", configurations.get("bifrost.sync.membership").get("node_id"));
    plugins.follow(
        MapSnapshot.EMPTY,
        List.of(Change.remove(EntityType.PLUGIN, "bifrost.sync.membership", new Version(2, "n"))));
    assertEquals(1L, configurations.get("bifrost.sync.membership").get("port"));
  }

  @Test
  void aChangedFileConfiguresTheMeshAnewAndNothingElse() {
    Identity self = new Identity("n1", 7);
    plugins.apply(
        file(
            Map.of(
                "bifrost.discovery.etcd",
                of("x"),
                "bifrost.sync.membership",
                of("m"),
                "bifrost.storage",
                of("s"))),
        self);
    order.clear();
    Set<String> touched =
        plugins.applyMesh(
            file(
                Map.of(
                    "bifrost.discovery.dns",
                    of("y"),
                    "bifrost.sync.membership",
                    of("m"),
                    "bifrost.storage",
                    of("t"))),
            self);
    assertEquals(Set.of("bifrost.discovery.dns", "bifrost.discovery.etcd"), touched);
    assertEquals(List.of("update bifrost.discovery.dns", "delete bifrost.discovery.etcd"), order);
    assertArrayEquals(
        new String[] {"s"}, (String[]) configurations.get("bifrost.storage").get("texts"));
    assertEquals("n1", configurations.get("bifrost.discovery.dns").get("node_id"));
  }

  @Test
  void whatTheFileNoLongerSaysTheSnapshotSays() {
    Identity self = new Identity("n1", 7);
    plugins.apply(file(Map.of("bifrost.discovery.etcd", of("x"))), self);
    follow(put("bifrost.discovery.etcd", "{\"a\": 1}"));
    assertNull(configurations.get("bifrost.discovery.etcd").get("a"));
    assertEquals(Set.of("bifrost.discovery.etcd"), plugins.applyMesh(file(Map.of()), self));
    assertEquals(1L, configurations.get("bifrost.discovery.etcd").get("a"));
  }

  private static Map<String, Object> of(String text) {
    return Map.of("texts", new String[] {text});
  }

  private static ConfigFile file(Map<String, Map<String, Object>> plugins) {
    return new ConfigFile(
        "file", List.of(), plugins, Optional.empty(), Optional.empty(), Set.of(), List.of());
  }

  @Test
  void aVariableThatIsNotSetLeavesAPluginAsItIs() {
    follow(put("org.acme", "{\"a\": \"env.UNSET\"}"), put("org.other", "{\"a\": 1}"));
    assertEquals(Set.of("org.other"), configurations.keySet());
  }

  private void follow(Change... changes) {
    SnapshotEditor editor = MapSnapshot.EMPTY.edit();
    List.of(changes).forEach(editor::apply);
    plugins.follow(editor.build(1), List.of());
  }

  private static Change put(String pid, String json) {
    return Change.put(new PluginSettings(pid, new Json(json)), new Version(1, "n"));
  }

  private ConfigurationAdmin admin() {
    return fake(ConfigurationAdmin.class, (method, args) -> configuration((String) args[0]));
  }

  private Configuration configuration(String pid) {
    return fake(
        Configuration.class,
        (method, args) -> {
          order.add(method + " " + pid);
          return method.equals("update")
              ? configurations.put(pid, (Dictionary<?, ?>) args[0])
              : configurations.remove(pid);
        });
  }

  private interface Answer {
    Object to(String method, Object[] args);
  }

  private static <T> T fake(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> {
              Object value = answer.to(method.getName(), args);
              return method.getReturnType() == void.class ? null : value;
            }));
  }
}
