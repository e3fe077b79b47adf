package bifrost.discovery.etcd;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;

/** Finds peers by etcd, as long as it is configured. All that is open belongs to its sessions. */
@Component(
    service = PeerDiscovery.class,
    configurationPid = EtcdConfig.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = EtcdConfig.class)
public final class EtcdDiscovery implements PeerDiscovery {
  private final EtcdSettings settings;

  /** Reads the configuration. */
  @Activate
  public EtcdDiscovery(EtcdConfig config) {
    this(EtcdSettings.from(config));
  }

  EtcdDiscovery(EtcdSettings settings) {
    this.settings = settings;
  }

  @Override
  public String method() {
    return "etcd";
  }

  @Override
  public Scope scope() {
    return Scope.GLOBAL;
  }

  @Override
  public Session open(Announcement self, Observer observer) {
    return new EtcdSession(settings, self, observer);
  }
}
