package bifrost.runtime.ingress;

import bifrost.api.status.NodeStatus;
import bifrost.api.status.ReadinessCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Whether this node takes traffic: the listener is open, every bundle had its chance to start. */
@Component(service = ReadinessGate.class)
public final class ReadinessGate {
  private final BundleContext context;
  private final List<ReadinessCheck> checks = new CopyOnWriteArrayList<>();
  private volatile Optional<String> listening = Optional.empty();
  private volatile boolean stopping;

  /** Not yet ready. */
  @Activate
  public ReadinessGate(BundleContext context) {
    this.context = context;
  }

  void listening(String url) {
    listening = Optional.of(url);
  }

  void stopping() {
    stopping = true;
  }

  /** Where the node listens; empty while it does not. */
  public Optional<String> url() {
    return listening;
  }

  /** The state of now. */
  public NodeStatus.Readiness now() {
    List<String> missing = new ArrayList<>();
    if (stopping) {
      missing.add("this node is stopping");
    }
    if (listening.isEmpty()) {
      missing.add("the listener is not open");
    }
    FrameworkStartLevel level = context.getBundle(0).adapt(FrameworkStartLevel.class);
    int wanted = wantedStartLevel();
    if (level.getStartLevel() < wanted) {
      missing.add(
          "bundles are still starting (start level %d of %d)"
              .formatted(level.getStartLevel(), wanted));
    }
    checks.forEach(check -> check.missing().ifPresent(missing::add));
    return new NodeStatus.Readiness(missing.isEmpty(), missing);
  }

  private int wantedStartLevel() {
    String beginning = context.getProperty("org.osgi.framework.startlevel.beginning");
    try {
      return beginning == null ? 1 : Integer.parseInt(beginning.trim());
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  /** Takes a check in. */
  @Reference(
      name = "checks",
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "unbindCheck")
  public void bindCheck(ReadinessCheck check) {
    checks.add(check);
  }

  /** Takes a check out. */
  public void unbindCheck(ReadinessCheck check) {
    checks.remove(check);
  }
}
