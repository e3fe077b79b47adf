package bifrost.runtime.config.shape;

import bifrost.api.model.Header;
import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityFormat;
import bifrost.api.snapshot.PluginSettings;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.config.json.JsonTree;
import bifrost.runtime.config.json.Problems;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts secrets back where an object was sent as it had been shown. */
public final class MaskedSecrets {
  private static final String VALUE = "value";
  private static final String SETTINGS = "settings";

  private MaskedSecrets() {}

  /** A proxy's URL without the credentials in it. */
  static String proxy(String url) {
    return url.replaceFirst("//[^/@]*@", "//" + EntityFormat.MASK + "@");
  }

  /** A plugin's settings: which of their texts are secret is known to the plugin only. */
  static Object masked(Object value) {
    return switch (value) {
      case String text -> Environment.isReference(text) ? text : EntityFormat.MASK;
      case List<?> list -> list.stream().map(MaskedSecrets::masked).toList();
      case Map<?, ?> map -> {
        Map<Object, Object> masked = new LinkedHashMap<>();
        map.forEach((name, member) -> masked.put(name, masked(member)));
        yield masked;
      }
      case null, default -> value;
    };
  }

  /**
   * Prepares an object for reading: plain texts are put back, masked secrets taken out.
   *
   * @param object the object, changed in place
   */
  public static void prepare(Map<String, Object> object, Optional<Entity> before) {
    restoreNetwork(object, before);
    if (before.orElse(null) instanceof PluginSettings old && object.containsKey("config")) {
      byte[] properties = old.properties().text().getBytes(StandardCharsets.UTF_8);
      object.put(
          "config",
          unmasked(
              object.get("config"), JsonTree.object(properties, new Problems()).orElse(Map.of())));
    }
    if (EntityFormat.MASK.equals(object.get(VALUE))) {
      object.remove(VALUE);
      if (!(before.orElse(null) instanceof ProviderKey)) {
        throw new InvalidConfigException(VALUE, "is the mask that stands for a secret, send it");
      }
    }
    if (object.get(SETTINGS) instanceof Map<?, ?> settings) {
      Map<String, Object> sent = new LinkedHashMap<>();
      settings.forEach((name, value) -> sent.put((String) name, value));
      sent.values().removeIf(EntityFormat.MASK::equals);
      object.put(SETTINGS, sent);
    }
  }

  /**
   * The key with those secrets of before that were not sent anew.
   *
   * @param object the object as it was sent
   */
  public static ProviderKey restore(
      ProviderKey key, Map<String, Object> object, Optional<Entity> before) {
    if (!(before.orElse(null) instanceof ProviderKey old)) {
      return key;
    }
    Object value = object.get(VALUE);
    boolean kept = value == null || value.equals(EntityFormat.MASK);
    Map<String, Secret> settings = new HashMap<>(key.settings());
    if (object.get(SETTINGS) instanceof Map<?, ?> sent) {
      old.settings()
          .forEach(
              (name, secret) -> {
                if (EntityFormat.MASK.equals(sent.get(name))) {
                  settings.put(name, secret);
                }
              });
    }
    return new ProviderKey(
        key.id(),
        key.provider(),
        key.name(),
        kept || sameReference(value, old.value()) ? old.value() : key.value(),
        key.models(),
        key.weight(),
        key.aliases(),
        settings);
  }

  private static Object unmasked(Object sent, Object old) {
    return switch (sent) {
      case String text when text.equals(EntityFormat.MASK) && old instanceof String -> old;
      case List<?> list when old instanceof List<?> olds && olds.size() == list.size() -> {
        List<Object> restored = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
          restored.add(unmasked(list.get(i), olds.get(i)));
        }
        yield restored;
      }
      case Map<?, ?> map when old instanceof Map<?, ?> olds -> {
        Map<Object, Object> restored = new LinkedHashMap<>();
        map.forEach((name, member) -> restored.put(name, unmasked(member, olds.get(name))));
        yield restored;
      }
      case null, default -> sent;
    };
  }

  private static boolean sameReference(Object sent, Secret old) {
    return old.reference().filter(sent::equals).isPresent();
  }

  @SuppressWarnings("unchecked")
  private static void restoreNetwork(Map<String, Object> object, Optional<Entity> before) {
    if (!(before.orElse(null) instanceof ProviderConfig old)
        || !(object.get("network_config") instanceof Map<?, ?> network)) {
      return;
    }
    Map<String, Object> restored = new LinkedHashMap<>((Map<String, Object>) network);
    if (restored.get("extra_headers") instanceof Map<?, ?> headers) {
      Map<String, Object> values = new LinkedHashMap<>((Map<String, Object>) headers);
      for (Header header : old.network().extraHeaders()) {
        values.replace(header.name(), EntityFormat.MASK, header.value());
      }
      restored.put("extra_headers", values);
    }
    old.network()
        .proxy()
        .filter(url -> proxy(url).equals(restored.get("proxy")))
        .ifPresent(url -> restored.put("proxy", url));
    object.put("network_config", restored);
  }
}
