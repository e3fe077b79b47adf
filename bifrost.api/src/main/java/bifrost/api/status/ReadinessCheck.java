package bifrost.api.status;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps a node out of service until a bundle is ready.
 *
 * <p>Plugins implement it and register it as a service; the core asks it at each call of {@code
 * /ready}. It must be quick and must not do I/O.
 */
@ConsumerType
public interface ReadinessCheck {
  /** What is still missing, as one line; empty when nothing is. */
  Optional<String> missing();
}
