package bifrost.discovery.consul;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Finds peers by Consul. Its sessions own everything that they open, so there is nothing to
 * deactivate.
 */
@Component(configurationPid = ConsulConfig.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConsulConfig.class)
public final class ConsulDiscovery implements PeerDiscovery {
  private final ConsulSettings settings;

  /** Takes the configuration. */
  @Activate
  public ConsulDiscovery(ConsulConfig config) {
    this(ConsulSettings.from(config));
  }

  ConsulDiscovery(ConsulSettings settings) {
    this.settings = settings;
  }

  @Override
  public String method() {
    return "consul";
  }

  @Override
  public Scope scope() {
    return Scope.GLOBAL;
  }

  @Override
  public Session open(Announcement self, Observer observer) {
    return new ConsulSession(settings, self, observer);
  }
}
