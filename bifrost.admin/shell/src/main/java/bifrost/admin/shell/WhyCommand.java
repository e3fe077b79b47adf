package bifrost.admin.shell;

import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** The command {@code bifrost:why}. */
@Component(service = WhyCommand.class)
@GogoCommand(scope = "bifrost", function = "why")
public class WhyCommand {
  private final BundleContext context;
  private final ServiceComponentRuntime runtime;

  /** Reads the components from the runtime at each call. */
  @Activate
  public WhyCommand(
      BundleContext context, @Reference(name = "runtime") ServiceComponentRuntime runtime) {
    this.context = context;
    this.runtime = runtime;
  }

  /** All components and bundles that are not up. */
  @Descriptor("all components that did not start, and what each is waiting for")
  public String why() {
    List<String> lines = new ArrayList<>();
    lines.add(new ComponentDoctor(runtime).explainAll());
    for (Bundle bundle : context.getBundles()) {
      if (bundle.getState() == Bundle.INSTALLED || isStopped(bundle)) {
        lines.add(
            "Bundle %d, %s %s, is not active; 'start %d' says why."
                .formatted(
                    bundle.getBundleId(),
                    bundle.getSymbolicName(),
                    bundle.getVersion(),
                    bundle.getBundleId()));
      }
    }
    return String.join("\n", lines);
  }

  /** One component. */
  @Descriptor("what a component that did not start is waiting for")
  public String why(@Descriptor("its name, or the end of it") String component) {
    return new ComponentDoctor(runtime).explain(component);
  }

  private static boolean isStopped(Bundle bundle) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    return bundle.getState() == Bundle.RESOLVED
        && revision != null
        && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) == 0;
  }
}
