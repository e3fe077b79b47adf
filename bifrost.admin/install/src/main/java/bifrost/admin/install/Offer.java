package bifrost.admin.install;

import bifrost.api.provider.Provider;
import bifrost.api.provider.ProviderDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * What bundles offer to the gateway, and whether that is in use.
 *
 * <p>A started bundle proves nothing: its component may have thrown. So a new version counts only
 * once as many services of each contract work as its predecessor had working. A provider works when
 * the core has bound it; any other service when it can be fetched.
 */
final class Offer {
  private static final String CONTRACTS = "bifrost.api.";

  private final BundleContext context;
  private final Supplier<ProviderDirectory> directory;

  /**
   * @param context fetches services
   * @param directory what the core has bound; {@code null} from it while there is no core
   */
  Offer(BundleContext context, Supplier<ProviderDirectory> directory) {
    this.context = context;
    this.directory = directory;
  }

  /** How many services of each contract a bundle has working; empty for a library. */
  Map<String, Integer> working(Bundle bundle) {
    Map<String, Integer> counts = new TreeMap<>();
    for (ServiceReference<?> reference : references(bundle)) {
      for (String contract : contracts(reference)) {
        if (works(reference, contract)) {
          counts.merge(contract, 1, Integer::sum);
        }
      }
    }
    return counts;
  }

  /** What a bundle registered that does not work, as one line. */
  Optional<String> idle(Bundle bundle) {
    List<String> idle = new ArrayList<>();
    for (ServiceReference<?> reference : references(bundle)) {
      for (String contract : contracts(reference)) {
        if (!works(reference, contract)) {
          idle.add(contract);
        }
      }
    }
    return idle.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", idle));
  }

  /** What a bundle lacks to replace one that had {@code expected} working, as one line. */
  Optional<String> missing(Bundle bundle, Map<String, Integer> expected) {
    if (expected.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Integer> present = working(bundle);
    List<String> missing = new ArrayList<>();
    expected.forEach(
        (contract, count) -> {
          int found = present.getOrDefault(contract, 0);
          if (found < count) {
            missing.add("%d of %d %s in use".formatted(found, count, contract));
          }
        });
    return missing.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", missing));
  }

  private boolean works(ServiceReference<?> reference, String contract) {
    if (contract.equals(Provider.class.getName())) {
      ProviderDirectory bound = directory.get();
      return bound == null || bound.isBound((Long) reference.getProperty(Constants.SERVICE_ID));
    }
    return canBeFetched(reference);
  }

  private boolean canBeFetched(ServiceReference<?> reference) {
    try {
      Object service = context.getService(reference);
      if (service != null) {
        context.ungetService(reference);
      }
      return service != null;
    } catch (RuntimeException | LinkageError e) {
      return false;
    }
  }

  private static List<ServiceReference<?>> references(Bundle bundle) {
    try {
      ServiceReference<?>[] references = bundle.getRegisteredServices();
      return references == null ? List.of() : List.of(references);
    } catch (IllegalStateException e) {
      return List.of(); // uninstalled meanwhile
    }
  }

  private static List<String> contracts(ServiceReference<?> reference) {
    List<String> contracts = new ArrayList<>();
    for (String name : (String[]) reference.getProperty(Constants.OBJECTCLASS)) {
      if (name.startsWith(CONTRACTS)) {
        contracts.add(name);
      }
    }
    return contracts;
  }
}
