package bifrost.discovery.etcd;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** Settings with short times for tests. */
final class Settings {
  private Settings() {}

  static EtcdSettings of(String serviceName, Duration lease, String... endpoints) {
    return withUser("", "", serviceName, lease, endpoints);
  }

  static EtcdSettings withUser(
      String user, String password, String serviceName, Duration lease, String... endpoints) {
    return new EtcdSettings(
        serviceName,
        Stream.of(endpoints).map(URI::create).toList(),
        user,
        password,
        Optional.empty(),
        Optional.empty(),
        10_101,
        Duration.ofSeconds(4),
        lease,
        Duration.ofSeconds(1));
  }
}
