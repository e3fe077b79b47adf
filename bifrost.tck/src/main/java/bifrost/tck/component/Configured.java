package bifrost.tck.component;

import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes the configuration annotation of a component, with its defaults but for what is set; what
 * has neither is as Declarative Services would give it. For one thread.
 *
 * <pre>{@code
 * DnsConfig config = Configured.of(DnsConfig.class).set("bind__port", 7).get();
 * }</pre>
 *
 * @param <A> the annotation's type
 */
public final class Configured<A extends Annotation> {
  private final Class<A> type;
  private final Map<String, Object> values = new HashMap<>();

  private Configured(Class<A> type) {
    this.type = type;
  }

  /** A configuration in which nothing is set. */
  public static <A extends Annotation> Configured<A> of(Class<A> type) {
    return new Configured<>(type);
  }

  /** Sets what a method of the annotation returns. */
  public Configured<A> set(String method, Object value) {
    values.put(method, value);
    return this;
  }

  /** The configuration; what is set later does not change it. */
  public A get() {
    Map<String, Object> said = Map.copyOf(values);
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                said.containsKey(method.getName()) ? said.get(method.getName()) : unset(method));
    return type.cast(proxy);
  }

  private Object unset(Method method) {
    Class<?> returned = method.getReturnType();
    if (method.getName().equals("annotationType")) {
      return type;
    }
    if (method.getDefaultValue() != null) {
      return method.getDefaultValue();
    }
    if (returned.isArray()) {
      return Array.newInstance(returned.getComponentType(), 0);
    }
    return returned.isPrimitive() ? Array.get(Array.newInstance(returned, 1), 0) : null;
  }
}
