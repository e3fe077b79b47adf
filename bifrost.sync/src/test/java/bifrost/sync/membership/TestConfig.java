package bifrost.sync.membership;

import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/** A configuration with the defaults of the annotation but for what is set. */
final class TestConfig {
  private final Map<String, Object> values = new HashMap<>();

  static TestConfig of(String nodeId) {
    return new TestConfig().set("node__id", nodeId);
  }

  /** A node on loopback with a port of its own. */
  static TestConfig local(String nodeId) {
    return of(nodeId).set("bind__address", "127.0.0.1").set("port", 0).set("profile", "lan");
  }

  TestConfig set(String method, Object value) {
    values.put(method, value);
    return this;
  }

  MembershipConfig config() {
    return (MembershipConfig)
        Proxy.newProxyInstance(
            MembershipConfig.class.getClassLoader(),
            new Class<?>[] {MembershipConfig.class},
            (proxy, method, args) ->
                method.getName().equals("annotationType")
                    ? Annotation.class
                    : values.getOrDefault(method.getName(), method.getDefaultValue()));
  }

  MembershipSettings settings() {
    return MembershipSettings.from(config());
  }
}
