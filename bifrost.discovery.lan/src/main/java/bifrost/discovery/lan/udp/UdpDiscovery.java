package bifrost.discovery.lan.udp;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Finds the nodes of this network by UDP broadcast. Its sessions own everything that they open, so
 * there is nothing to deactivate.
 */
@Component(configurationPid = UdpConfig.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = UdpConfig.class)
public final class UdpDiscovery implements PeerDiscovery {
  private final UdpSettings settings;
  private final Lan.Opening opening;

  /** Takes the configuration. */
  @Activate
  public UdpDiscovery(UdpConfig config) {
    this(UdpSettings.from(config));
  }

  UdpDiscovery(UdpSettings settings) {
    this(settings, () -> BroadcastLan.open(settings.port(), settings.address()));
  }

  UdpDiscovery(UdpSettings settings, Lan.Opening opening) {
    this.settings = settings;
    this.opening = opening;
  }

  @Override
  public String method() {
    return "udp";
  }

  @Override
  public Scope scope() {
    return Scope.REGION;
  }

  @Override
  public Session open(Announcement self, Observer observer) {
    return new UdpSession(settings, self, observer, opening);
  }
}
