package bifrost.api.snapshot;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Refuses content that its bundle could not use, before it is written.
 *
 * <p>Plugins implement it and register it as a service; the snapshot's owner calls it for each
 * write of this node, before anything changes, on the writer's thread. What comes from a store or a
 * peer is not asked about: it was checked where it was written. It must be quick and must not do
 * I/O.
 */
@ConsumerType
public interface EntityCheck {
  /**
   * Looks at new content.
   *
   * @param entity the content, of any kind
   * @throws bifrost.api.model.InvalidConfigException when it cannot be used; the message names the
   *     field and the fix
   */
  void check(Entity entity);
}
