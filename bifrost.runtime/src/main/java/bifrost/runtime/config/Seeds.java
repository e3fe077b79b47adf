package bifrost.runtime.config;

import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.config.json.Fields;
import bifrost.runtime.config.json.JsonText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Collects the rows that a configuration file seeds, while it is read. */
final class Seeds {
  private final Environment environment;
  private final List<SeedRow> rows = new ArrayList<>();
  private final Map<String, String> paths = new HashMap<>();

  Seeds(Environment environment) {
    this.environment = environment;
  }

  /** Adds the row of an entity; references count by what they stand for. */
  void add(Fields source, Entity entity, Object... more) {
    add(source, entity, this::resolved, Set.of(), more);
  }

  /**
   * Adds the row of an entity whose references are stored as references: they count by their names.
   */
  void addByReference(Fields source, Entity entity) {
    add(source, entity, UnaryOperator.identity(), Set.of());
  }

  /** Adds the row of an entity without those members that are rows of their own. */
  void addWithout(Set<String> members, Fields source, Entity entity, Object... more) {
    add(source, entity, this::resolved, members, more);
  }

  /** Adds a row whose entity is made when it is written. */
  void add(Fields source, EntityType type, String id, String hash, Supplier<Entity> content) {
    if (isFirst(source, type, id)) {
      rows.add(new SeedRow(type, id, hash, content));
    }
  }

  List<SeedRow> rows() {
    return rows;
  }

  String resolved(String text) {
    return environment.resolves(text) ? environment.resolve(text).orElse(text) : text;
  }

  private void add(
      Fields source,
      Entity entity,
      UnaryOperator<String> strings,
      Set<String> left,
      Object... more) {
    if (isFirst(source, entity.type(), entity.id())) {
      Map<String, Object> said = new LinkedHashMap<>(source.raw());
      said.keySet().removeAll(left);
      List<Object> all = new ArrayList<>(List.of(said));
      all.addAll(List.of(more));
      rows.add(SeedRow.of(entity, SeedHash.of(JsonText.canonical(all, strings))));
    }
  }

  private boolean isFirst(Fields source, EntityType type, String id) {
    String before = paths.putIfAbsent(type.label() + " " + id, source.path());
    if (before != null) {
      source.refuse("id", "'%s' is the id of %s already".formatted(id, before));
    }
    return before == null;
  }
}
