package bifrost.runtime.ingress;

import bifrost.api.http.HttpResource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The resources that bundles add to the listener. */
@Component(service = HttpResources.class)
public final class HttpResources {
  private final List<HttpResource> resources = new CopyOnWriteArrayList<>();

  /** The resource with the longest prefix of this path. */
  Optional<HttpResource> find(String path) {
    HttpResource best = null;
    for (HttpResource resource : resources) {
      String prefix = resource.prefix();
      boolean matches =
          prefix.equals("/")
              || path.equals(prefix)
              || (path.startsWith(prefix) && path.charAt(prefix.length()) == '/');
      if (matches && (best == null || prefix.length() > best.prefix().length())) {
        best = resource;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Takes a resource in. */
  @Reference(
      name = "resources",
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindResource")
  public void bindResource(HttpResource resource) {
    resources.add(resource);
  }

  /** Takes a resource out. */
  public void unbindResource(HttpResource resource) {
    resources.remove(resource);
  }
}
