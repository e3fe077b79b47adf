package bifrost.discovery.lan.udp;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.discovery.PeerDiscoveryKit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The kit on a network in memory. */
@Execution(ExecutionMode.CONCURRENT)
class UdpDiscoveryContractTest extends PeerDiscoveryKit {
  private static final Signature KEY =
      new Signature(List.of("0123456789abcdef".getBytes(StandardCharsets.US_ASCII)));

  private final MemoryLan lan = new MemoryLan();

  @Override
  protected Set<Capability> capabilities() {
    return EnumSet.complementOf(EnumSet.of(Capability.CAN_REFUSE));
  }

  @Override
  protected PeerDiscovery newDiscovery(String serviceName) {
    return new UdpDiscovery(
        new UdpSettings(serviceName, 10199, "", Duration.ofMillis(300), KEY), lan::open);
  }

  @Override
  protected void darken() {
    lan.setDark(true);
  }

  @Override
  protected void light() {
    lan.setDark(false);
  }

  @Override
  protected Optional<Duration> forgets() {
    return Optional.of(Duration.ofSeconds(1));
  }

  @Override
  protected void die(Opened node) {
    ((UdpSession) node.session()).abandon();
  }

  /** Noise, a beacon that is cut, and beacons with another signature or none, as the nodes send. */
  @Override
  protected void addGarbage(String serviceName) {
    Beacon stranger =
        new Beacon(false, 7, serviceName, new Announcement("x", "r", "10.0.0.66", 10101));
    byte[] whole = stranger.encode(KEY);
    Signature other = new Signature(List.of(new byte[16]));
    byte[] noise = new byte[500];
    new Random(1).nextBytes(noise);
    lan.echo(
        List.of(
            noise,
            Arrays.copyOf(whole, whole.length - 3),
            stranger.encode(other),
            stranger.encode(new Signature(List.of()))));
  }
}
