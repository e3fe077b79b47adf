package bifrost.admin.rest.frame;

import bifrost.api.management.ManagementResource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The resources of this bundle and of others, by their prefixes. */
@Component(service = ResourceTable.class)
public final class ResourceTable {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceTable.class);

  private final List<Entry> entries = new CopyOnWriteArrayList<>();

  /**
   * A resource.
   *
   * @param prefix its prefix
   * @param resource the resource
   */
  record Entry(String prefix, ManagementResource resource) {
    boolean matches(String path) {
      return path.equals(prefix)
          || (path.startsWith(prefix) && path.charAt(prefix.length()) == '/');
    }
  }

  /** The resource with the longest prefix of this path. */
  Optional<Entry> find(String path) {
    Entry best = null;
    for (Entry entry : entries) {
      if (entry.matches(path)
          && (best == null || entry.prefix().length() > best.prefix().length())) {
        best = entry;
      }
    }
    return Optional.ofNullable(best);
  }

  /** The prefixes, in order. */
  List<String> prefixes() {
    return entries.stream().map(Entry::prefix).sorted().distinct().toList();
  }

  /** Takes a resource in. */
  @Reference(
      name = "resources",
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindResource")
  public void bindResource(ManagementResource resource) {
    String prefix = resource.prefix();
    if (!prefix.startsWith("/api/") || prefix.endsWith("/")) {
      LOG.warn(
          "{} is not served: its prefix '{}' must be of the form /api/name",
          resource.getClass().getName(),
          prefix);
      return;
    }
    entries.add(new Entry(prefix, resource));
  }

  /** Takes a resource out. */
  public void unbindResource(ManagementResource resource) {
    entries.removeIf(entry -> entry.resource() == resource);
  }
}
