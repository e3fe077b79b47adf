package bifrost.api.governance;

import bifrost.api.snapshot.Entity;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says how far budgets and rate limits are used, and why a request would be refused.
 *
 * <p>Implemented by governors as a service beside {@link Governor}, called by the management API
 * and the shell. Safe for any thread; it does no I/O but may walk the whole snapshot, so it is not
 * for the request path. Each answer is a picture of the moment.
 */
@ConsumerType
public interface LimitInspector {
  /** The state of a budget; empty when the configuration has none of this id. */
  Optional<LimitState> budget(String id);

  /** The states of all limits of an owner, those of its parts included; costs what they are. */
  List<LimitState> of(Entity owner);

  /** The state of a rate limit; empty when the configuration has none of this id. */
  Optional<LimitState> rateLimit(String id);
}
