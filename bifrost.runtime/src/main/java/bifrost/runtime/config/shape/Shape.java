package bifrost.runtime.config.shape;

import bifrost.api.model.Secret;
import bifrost.api.snapshot.EntityFormat;
import bifrost.runtime.config.json.JsonNumber;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** An object while it is written: members in order, absent ones left out, secrets masked. */
final class Shape {
  private final Map<String, Object> members = new LinkedHashMap<>();

  Map<String, Object> members() {
    return members;
  }

  Shape put(String name, Object value) {
    members.put(name, value);
    return this;
  }

  Shape put(String name, Optional<?> value) {
    value.ifPresent(present -> members.put(name, present));
    return this;
  }

  Shape putUnlessEmpty(String name, Collection<?> values) {
    if (!values.isEmpty()) {
      members.put(name, values);
    }
    return this;
  }

  Shape putUnlessEmpty(String name, Map<String, ?> values) {
    if (!values.isEmpty()) {
      members.put(name, values);
    }
    return this;
  }

  /** Billionths of a dollar as dollars. */
  Shape putDollars(String name, long nanos) {
    members.put(name, dollars(nanos));
    return this;
  }

  Shape putReal(String name, double value) {
    members.put(name, number(BigDecimal.valueOf(value)));
    return this;
  }

  static JsonNumber dollars(long nanos) {
    return number(BigDecimal.valueOf(nanos, 9));
  }

  /** The reference of a secret, or the mask. */
  static String masked(Secret secret) {
    return secret.reference().orElse(secret.isEmpty() ? "" : EntityFormat.MASK);
  }

  private static JsonNumber number(BigDecimal value) {
    BigDecimal plain = value.stripTrailingZeros();
    return new JsonNumber((plain.scale() < 0 ? plain.setScale(0) : plain).toPlainString());
  }
}
