package bifrost.api.cluster;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Receives messages that members send by {@link Membership#send} and {@link Membership#broadcast}.
 *
 * <p>Plugins implement it and register it as a service. Called by one thread at a time; it may
 * block, and when it falls behind by 1,024 messages further ones are dropped and counted. The bytes
 * come from a peer: check them. An exception is logged and the listener stays.
 */
@ConsumerType
public interface MessageListener {
  /** The topic that it wants; constant. */
  String topic();

  /**
   * A message came.
   *
   * @param payload its bytes, owned by the listener
   */
  void received(byte[] payload);
}
