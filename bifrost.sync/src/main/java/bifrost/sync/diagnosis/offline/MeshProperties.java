package bifrost.sync.diagnosis.offline;

import bifrost.api.cluster.Candidate;
import bifrost.sync.membership.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The properties of one bundle, read leniently: the file's reader was strict already. */
final class MeshProperties {
  private final Map<String, Object> properties;

  MeshProperties(Map<String, Object> properties) {
    this.properties = properties;
  }

  String text(String name) {
    Object value = properties.get(name);
    return value == null ? "" : value.toString().trim();
  }

  int number(String name, int otherwise) {
    return properties.get(name) instanceof Number number ? number.intValue() : otherwise;
  }

  boolean flag(String name) {
    return Boolean.parseBoolean(text(name));
  }

  List<String> texts(String name) {
    return switch (properties.get(name)) {
      case String[] texts -> List.of(texts);
      case List<?> texts -> texts.stream().map(String::valueOf).toList();
      case String text when !text.isBlank() -> List.of(text.trim());
      case null, default -> List.of();
    };
  }

  List<Candidate> addresses(String name, int port) {
    List<Candidate> addresses = new ArrayList<>();
    for (String text : texts(name)) {
      Optional.ofNullable(HostPort.parse(text.trim(), port)).ifPresent(addresses::add);
    }
    return addresses;
  }
}
