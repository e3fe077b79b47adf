package bifrost.discovery.lan.mdns;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Finds the nodes of this network by multicast DNS. Its sessions own everything that they open, so
 * there is nothing to deactivate.
 */
@Component(configurationPid = MdnsConfig.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MdnsConfig.class)
public final class MdnsDiscovery implements PeerDiscovery {
  private final MdnsSettings settings;
  private final Responder.Opening opening;

  /** Takes the configuration. */
  @Activate
  public MdnsDiscovery(MdnsConfig config) {
    this(MdnsSettings.from(config));
  }

  MdnsDiscovery(MdnsSettings settings) {
    this(settings, self -> JmdnsResponder.open(settings.type(), settings.address(), self.host()));
  }

  MdnsDiscovery(MdnsSettings settings, Responder.Opening opening) {
    this.settings = settings;
    this.opening = opening;
  }

  @Override
  public String method() {
    return "mdns";
  }

  @Override
  public Scope scope() {
    return Scope.REGION;
  }

  @Override
  public Session open(Announcement self, Observer observer) {
    return new MdnsSession(settings, self, observer, opening);
  }
}
