package bifrost.tck.discovery;

import bifrost.api.cluster.PeerDiscovery;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

class MemoryDiscoveryContractTest extends PeerDiscoveryKit {
  private final MemoryDiscovery.Registry registry = new MemoryDiscovery.Registry();

  @Override
  protected Set<Capability> capabilities() {
    return EnumSet.of(
        Capability.REGISTERS,
        Capability.TELLS_IDS,
        Capability.TELLS_REGIONS,
        Capability.SEES_OTHERS);
  }

  @Override
  protected PeerDiscovery newDiscovery(String serviceName) {
    return new MemoryDiscovery(registry, serviceName);
  }

  @Override
  protected void darken() {
    registry.setDark(true);
  }

  @Override
  protected void light() {
    registry.setDark(false);
  }

  @Override
  protected Optional<Duration> forgets() {
    return Optional.empty();
  }
}
