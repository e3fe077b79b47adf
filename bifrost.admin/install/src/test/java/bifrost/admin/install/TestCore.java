package bifrost.admin.install;

import bifrost.api.provider.Provider;
import bifrost.api.provider.ProviderDirectory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/** Binds providers like the core: at once unless told to wait, and drains before it lets one go. */
final class TestCore extends ServiceTracker<Provider, Provider> implements ProviderDirectory {
  private final Set<Long> bound = ConcurrentHashMap.newKeySet();
  private volatile boolean binding = true;
  private volatile CountDownLatch drain = new CountDownLatch(0);

  TestCore(BundleContext context) {
    super(context, Provider.class, null);
  }

  /** From now on, new providers are not bound. */
  void refuse() {
    binding = false;
  }

  /** Binds what was refused, too. */
  void accept() {
    binding = true;
    ServiceReference<Provider>[] references = getServiceReferences();
    for (ServiceReference<Provider> reference : references) {
      bound.add(id(reference));
    }
  }

  /** From now on, a call runs on each provider that leaves, until the latch is down. */
  void hold(CountDownLatch until) {
    drain = until;
  }

  int boundCount() {
    return bound.size();
  }

  @Override
  public Provider addingService(ServiceReference<Provider> reference) {
    if (binding) {
      bound.add(id(reference));
    }
    return super.addingService(reference);
  }

  @Override
  public void removedService(ServiceReference<Provider> reference, Provider service) {
    bound.remove(id(reference));
    try {
      drain.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    super.removedService(reference, service);
  }

  @Override
  public boolean isBound(long serviceId) {
    return bound.contains(serviceId);
  }

  @Override
  public long running(long serviceId) {
    return drain.getCount();
  }

  private static long id(ServiceReference<Provider> reference) {
    return (Long) reference.getProperty(Constants.SERVICE_ID);
  }
}
