package bifrost.api.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Checks what a configuration says of the world outside, without starting a node.
 *
 * <p>Bundles implement it and name the implementation in {@code META-INF/services}; {@code bifrost
 * doctor --config} calls it, in a process of its own and outside the framework, so it needs nothing
 * but its own jar and {@code bifrost.api}. It must not change anything outside: no registration, no
 * message that a running cluster would take for a member.
 */
@ConsumerType
public interface ConfigurationCheck {
  /**
   * Checks a configuration that was read without an error.
   *
   * @param configurations the properties of each bundle by PID, as they would be in Configuration
   *     Admin; secrets among them
   * @param limit how long it may take altogether
   * @return what is wrong; nothing secret in it
   */
  List<Finding> check(Map<String, Map<String, Object>> configurations, Duration limit);
}
