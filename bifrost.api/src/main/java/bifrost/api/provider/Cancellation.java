package bifrost.api.provider;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Tells a provider that nobody wants the answer any more.
 *
 * <p>Implemented by the core; used by the provider while it waits for its upstream. Safe for any
 * thread.
 */
@ProviderType
public interface Cancellation {
  /** Why the call was cancelled; empty while it is wanted. */
  Optional<Reason> reason();

  /**
   * Runs an action when the call is cancelled, at once if it already is.
   *
   * <p>The action runs on a thread of the core, at most once, and must not block: closing a
   * connection is what it is for.
   *
   * @param action what to do
   * @return takes the action back; may be closed more than once
   */
  Registration onCancel(Runnable action);

  /** Whether the call was cancelled. */
  default boolean isCancelled() {
    return reason().isPresent();
  }

  /** Why a call is cancelled. */
  enum Reason {
    /** The client closed its connection. */
    CLIENT_GONE,
    /** The deadline passed. */
    DEADLINE,
    /** The node stops, and its drain limit was reached. */
    SHUTDOWN,
    /** The provider is being taken out, and its drain limit was reached. */
    PROVIDER_GONE
  }

  /** Takes back an action that was registered. */
  @ProviderType
  interface Registration extends AutoCloseable {
    /** Takes it back; does nothing when the action ran. */
    @Override
    void close();
  }
}
