package bifrost.discovery.lan.kubernetes;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Finds peers among the pods of this Kubernetes cluster. It registers nobody: the API server knows
 * its pods. Its sessions own everything that they open, so there is nothing to deactivate.
 */
@Component(
    configurationPid = KubernetesConfig.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = KubernetesConfig.class)
public final class KubernetesDiscovery implements PeerDiscovery {
  private final KubernetesSettings settings;

  /** Takes the configuration, and what Kubernetes tells a pod. */
  @Activate
  public KubernetesDiscovery(KubernetesConfig config) {
    this(KubernetesSettings.from(config, System.getenv(), KubernetesSettings.ACCOUNT));
  }

  KubernetesDiscovery(KubernetesSettings settings) {
    this.settings = settings;
  }

  @Override
  public String method() {
    return "kubernetes";
  }

  @Override
  public Scope scope() {
    return Scope.REGION;
  }

  @Override
  public Session open(Announcement self, Observer observer) {
    return new KubernetesSession(settings, observer);
  }
}
