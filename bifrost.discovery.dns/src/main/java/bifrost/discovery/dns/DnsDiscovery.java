package bifrost.discovery.dns;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Finds peers by DNS. It registers nobody: the records are kept by Kubernetes, Consul or an
 * operator. Its sessions own everything that they open, so there is nothing to deactivate.
 */
@Component(configurationPid = DnsConfig.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = DnsConfig.class)
public final class DnsDiscovery implements PeerDiscovery {
  private final DnsSettings settings;

  /** Takes the configuration. */
  @Activate
  public DnsDiscovery(DnsConfig config) {
    this(DnsSettings.from(config));
  }

  DnsDiscovery(DnsSettings settings) {
    this.settings = settings;
  }

  @Override
  public String method() {
    return "dns";
  }

  @Override
  public Scope scope() {
    return Scope.GLOBAL;
  }

  @Override
  public Session open(Announcement self, Observer observer) {
    return DnsSession.open(settings, observer);
  }
}
