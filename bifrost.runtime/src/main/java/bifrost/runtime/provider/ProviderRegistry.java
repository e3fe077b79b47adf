package bifrost.runtime.provider;

import bifrost.api.provider.Deadline;
import bifrost.api.provider.Provider;
import bifrost.api.provider.ProviderDescriptor;
import bifrost.api.provider.ProviderDescriptor.Vendor;
import bifrost.api.provider.ProviderDirectory;
import bifrost.runtime.lease.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The providers that run, by every name that they serve.
 *
 * <p>Requests read an immutable table through one volatile reference. Of two services with the same
 * name the newer bundle version wins, then the later service: during a swap new calls go to the new
 * one, while unbinding the old one blocks until its calls have ended.
 */
@Component(
    service = {ProviderRegistry.class, ProviderDirectory.class},
    immediate = true)
public final class ProviderRegistry implements ProviderDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(ProviderRegistry.class);
  private static final Duration DRAIN_LIMIT = Duration.ofMinutes(10);
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final Duration DRAIN_GRACE = Duration.ofSeconds(5);
  private static final Comparator<Bound> NEWEST_LAST =
      Comparator.comparing(Bound::version).thenComparing(bound -> bound.lease.serviceId());

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Bound> bound = new ArrayList<>();
  private final List<Bound> draining = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private final long startNanos = System.nanoTime();
  private volatile Map<String, Adapter> table = Map.of();

  /** A service that is bound. */
  private record Bound(
      Lease<Provider> lease, ProviderDescriptor descriptor, String bundle, Version version) {}

  /**
   * A provider for the status page.
   *
   * @param serviceId its service
   * @param name its own name
   * @param bundle its bundle and version
   * @param names every name that it serves
   * @param running calls on it
   * @param draining whether it is on its way out
   */
  public record Listed(
      long serviceId,
      String name,
      String bundle,
      List<String> names,
      long running,
      boolean draining) {}

  /** The adapter that serves this name now. */
  public Optional<Adapter> find(String name) {
    return Optional.ofNullable(table.get(name));
  }

  /**
   * The adapter that serves this name, waiting for one that is being swapped: one that was never
   * here is not waited for, except while the node has just started.
   *
   * @param limit the longest wait
   * @param deadline the request's own end
   */
  public Optional<Adapter> await(String name, Duration limit, Deadline deadline)
      throws InterruptedException {
    long left = deadline.atMost(limit).toNanos();
    lock.lock();
    try {
      if (!seen.contains(name) && System.nanoTime() - startNanos > START_NANOS) {
        return find(name);
      }
      while (!table.containsKey(name) && left > 0) {
        left = changed.awaitNanos(left);
      }
      return find(name);
    } finally {
      lock.unlock();
    }
  }

  /** Every name that is served, with its adapter. */
  public Map<String, Adapter> all() {
    return table;
  }

  /** The services, bound and draining, for the status page. */
  public List<Listed> list() {
    lock.lock();
    try {
      List<Listed> all = new ArrayList<>();
      bound.forEach(b -> all.add(listed(b, false)));
      draining.forEach(b -> all.add(listed(b, true)));
      return all;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isBound(long serviceId) {
    lock.lock();
    try {
      return bound.stream().anyMatch(b -> b.lease.serviceId() == serviceId);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long running(long serviceId) {
    lock.lock();
    try {
      return running(bound, serviceId) + running(draining, serviceId);
    } finally {
      lock.unlock();
    }
  }

  /** Takes a provider in. */
  @Reference(
      name = "providers",
      service = Provider.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindProvider")
  public void bindProvider(ServiceReference<Provider> reference, Provider provider) {
    Bundle bundle = reference.getBundle();
    if (bundle == null) {
      return;
    }
    String origin = bundle.getSymbolicName() + " " + bundle.getVersion();
    ProviderDescriptor descriptor;
    try {
      descriptor = Objects.requireNonNull(provider.descriptor(), "descriptor() returned null");
    } catch (RuntimeException e) {
      LOG.warn("provider of {} refused: its descriptor failed: {}", origin, e.toString());
      return;
    }
    Lease<Provider> lease =
        new Lease<>(provider, (Long) reference.getProperty(Constants.SERVICE_ID));
    lock.lock();
    try {
      bound.add(new Bound(lease, descriptor, origin, bundle.getVersion()));
      publish();
    } finally {
      lock.unlock();
    }
    LOG.info("provider {} bound from {}", descriptor.name(), origin);
  }

  /** Takes a provider out: no new calls at once, and a wait for the running ones. */
  public void unbindProvider(ServiceReference<Provider> reference) {
    long serviceId = (Long) reference.getProperty(Constants.SERVICE_ID);
    Optional<Bound> gone = takeOut(serviceId);
    if (gone.isEmpty()) {
      return;
    }
    Bound out = gone.get();
    long cut = out.lease.drain(DRAIN_LIMIT, DRAIN_GRACE);
    lock.lock();
    try {
      draining.remove(out);
    } finally {
      lock.unlock();
    }
    if (cut > 0) {
      LOG.warn(
          "provider {} of {} unbound, {} calls were cut after {} s",
          out.descriptor.name(),
          out.bundle,
          cut,
          DRAIN_LIMIT.toSeconds());
    } else {
      LOG.info("provider {} of {} unbound, no call was cut", out.descriptor.name(), out.bundle);
    }
  }

  private Optional<Bound> takeOut(long serviceId) {
    lock.lock();
    try {
      Optional<Bound> out =
          bound.stream().filter(b -> b.lease.serviceId() == serviceId).findFirst();
      out.ifPresent(
          b -> {
            bound.remove(b);
            draining.add(b);
            publish();
          });
      return out;
    } finally {
      lock.unlock();
    }
  }

  private void publish() {
    Map<String, Adapter> next = new HashMap<>();
    bound.sort(NEWEST_LAST);
    for (Bound b : bound) {
      for (Vendor vendor : b.descriptor.vendors()) {
        next.put(vendor.name(), new Adapter(b.descriptor, Optional.of(vendor), b.lease));
      }
    }
    for (Bound b : bound) {
      next.put(b.descriptor.name(), new Adapter(b.descriptor, Optional.empty(), b.lease));
    }
    seen.addAll(next.keySet());
    table = Map.copyOf(next);
    changed.signalAll();
  }

  private static long running(Collection<Bound> among, long serviceId) {
    return among.stream()
        .filter(b -> b.lease.serviceId() == serviceId)
        .mapToLong(b -> b.lease.running())
        .sum();
  }

  private static Listed listed(Bound b, boolean draining) {
    List<String> names = new ArrayList<>();
    names.add(b.descriptor.name());
    b.descriptor.vendors().forEach(vendor -> names.add(vendor.name()));
    return new Listed(
        b.lease.serviceId(), b.descriptor.name(), b.bundle, names, b.lease.running(), draining);
  }
}
