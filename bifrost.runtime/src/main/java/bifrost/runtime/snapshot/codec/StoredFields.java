package bifrost.runtime.snapshot.codec;

import bifrost.api.model.Secret;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.config.json.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A row's content while it is read. */
final class StoredFields {
  private final String place;
  private final SecretBox box;
  private final Environment environment;
  private final Shared shared;
  private final Fields fields;

  StoredFields(String place, SecretBox box, Environment environment, Shared shared, Fields fields) {
    this.place = place;
    this.box = box;
    this.environment = environment;
    this.shared = shared;
    this.fields = fields;
  }

  /** The one instance of a value that many rows repeat. */
  <T> T shared(T value) {
    return shared.one(value);
  }

  String required(String name) {
    return fields.requiredText(name);
  }

  String text(String name) {
    return fields.text(name).orElse("");
  }

  Optional<String> optional(String name) {
    return fields.text(name);
  }

  boolean flag(String name) {
    return fields.flag(name).orElse(false);
  }

  Optional<Boolean> optionalFlag(String name) {
    return fields.flag(name);
  }

  long whole(String name, long fallback) {
    return fields.whole(name, Long.MIN_VALUE, Long.MAX_VALUE).orElse(fallback);
  }

  int small(String name, int fallback) {
    return (int) fields.whole(name, Integer.MIN_VALUE, Integer.MAX_VALUE).orElse(fallback);
  }

  double real(String name, double fallback) {
    return fields.real(name, -Double.MAX_VALUE, Double.MAX_VALUE).orElse(fallback);
  }

  boolean has(String name) {
    return fields.has(name);
  }

  List<String> texts(String name) {
    return fields.texts(name);
  }

  Map<String, String> textMap(String name) {
    return fields.textMap(name);
  }

  Optional<StoredFields> object(String name) {
    return fields.object(name).map(this::inner);
  }

  <T> List<T> list(String name, Function<StoredFields, T> reader) {
    List<T> list = new ArrayList<>();
    for (Fields element : fields.objects(name)) {
      list.add(reader.apply(inner(element)));
    }
    return list;
  }

  Map<String, Long> wholeMap(String name) {
    Map<String, Long> map = new HashMap<>();
    fields
        .object(name)
        .ifPresent(
            inner ->
                inner
                    .raw()
                    .keySet()
                    .forEach(
                        key ->
                            map.put(
                                key, inner.whole(key, Long.MIN_VALUE, Long.MAX_VALUE).orElse(0))));
    return map;
  }

  Secret secret(String name) {
    return fields.object(name).map(stored -> secret(name, stored)).orElse(Secret.EMPTY);
  }

  Map<String, Secret> secrets(String name) {
    Map<String, Secret> secrets = new HashMap<>();
    fields
        .object(name)
        .ifPresent(
            stored ->
                stored
                    .objectsByName()
                    .forEach((key, value) -> secrets.put(key, secret(name + "/" + key, value))));
    return secrets;
  }

  /** A variable that is not set here gives a reference without a value: the key is unusable. */
  private Secret secret(String name, Fields stored) {
    Optional<String> reference = stored.text("ref").filter(Environment::isReference);
    if (reference.isPresent()) {
      return Secret.ofReference(reference.get(), environment.resolve(reference.get()).orElse(""));
    }
    return Secret.of(box.open(place + "/" + name, stored.requiredText("sealed")));
  }

  private StoredFields inner(Fields inner) {
    return new StoredFields(place, box, environment, shared, inner);
  }
}
