package bifrost.runtime.snapshot.codec;

import bifrost.api.model.Secret;
import bifrost.runtime.config.json.Environment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A row's content while it is written: members in order, absent and default ones left out. */
final class Content {
  private final String place;
  private final SecretBox box;
  private final Map<String, Object> members = new LinkedHashMap<>();

  /** Content of the row {@code type/id}. */
  Content(String place, SecretBox box) {
    this.place = place;
    this.box = box;
  }

  Map<String, Object> members() {
    return members;
  }

  /** Content of an object within this one. */
  Content inner() {
    return new Content(place, box);
  }

  Content put(String name, Object value) {
    members.put(name, value);
    return this;
  }

  Content put(String name, Optional<?> value) {
    value.ifPresent(present -> members.put(name, present));
    return this;
  }

  Content putList(String name, List<?> list) {
    if (!list.isEmpty()) {
      members.put(name, list);
    }
    return this;
  }

  Content putMap(String name, Map<String, ?> map) {
    if (!map.isEmpty()) {
      members.put(name, new java.util.TreeMap<>(map));
    }
    return this;
  }

  Content putSecret(String name, Secret secret) {
    if (!secret.isEmpty() || secret.reference().isPresent()) {
      members.put(name, stored(name, secret));
    }
    return this;
  }

  Content putSecrets(String name, Map<String, Secret> secrets) {
    Map<String, Object> stored = new HashMap<>();
    secrets.forEach((key, secret) -> stored.put(key, stored(name + "/" + key, secret)));
    return putMap(name, stored);
  }

  /** {@code {"ref": "env.NAME"}} or {@code {"sealed": "..."}}. */
  private Map<String, Object> stored(String name, Secret secret) {
    return secret
        .reference()
        .filter(Environment::isReference)
        .map(reference -> Map.<String, Object>of("ref", reference))
        .orElseGet(() -> Map.of("sealed", box.seal(place + "/" + name, secret.reveal())));
  }
}
