package bifrost.api.provider;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Which provider services the core sends calls to.
 *
 * <p>Implemented by the core as a service; read by the plugin installer, which lets an old version
 * of a provider go only once its successor is bound. A bundle that has started proves nothing: its
 * component may have failed, or the core may have refused its descriptor.
 *
 * <p>Safe for any thread; each answer is a picture of the moment and comes at once. Services are
 * named by their {@code service.id}, so that no answer keeps a bundle's classes alive.
 */
@ProviderType
public interface ProviderDirectory {
  /**
   * Whether new calls can reach a provider service.
   *
   * @param serviceId the {@code service.id} of a {@link Provider} service
   * @return whether the core has bound it, has accepted its descriptor and has not begun to drain
   *     it; {@code false} for an id that it does not know
   */
  boolean isBound(long serviceId);

  /**
   * How many calls run on a provider service, bound or draining.
   *
   * @param serviceId the {@code service.id} of a {@link Provider} service
   * @return the number of calls, streams included until their last byte; 0 for an id that it does
   *     not know
   */
  long running(long serviceId);
}
