package bifrost.api.cluster;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told when the cluster or its leaders change.
 *
 * <p>Plugins implement it and register it as a service; {@code bifrost.sync} calls it. A new
 * listener is called at once with the view of now and no changes. Changes that come in a burst are
 * merged into one call, so the view may be ahead of a single change. Each listener is called by one
 * thread at a time, in order; it may block, which delays only itself. An exception is logged and
 * the listener stays.
 */
@ConsumerType
public interface MembershipListener {
  /**
   * The cluster changed.
   *
   * @param view the cluster of now, leaders included
   * @param changes what led to it since the last call, oldest first, at most the last 1,024; empty
   *     at the first call
   */
  void changed(ClusterView view, List<MemberChange> changes);
}
