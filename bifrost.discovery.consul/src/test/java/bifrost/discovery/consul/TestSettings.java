package bifrost.discovery.consul;

import bifrost.api.cluster.Candidate;
import bifrost.api.model.Secret;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Settings with short times. */
final class TestSettings {
  private TestSettings() {}

  static ConsulSettings of(String serviceName, String token, int... ports) {
    return of(serviceName, token, ConsulTls.NONE, "127.0.0.1", Duration.ofSeconds(1), ports);
  }

  static ConsulSettings of(
      String serviceName,
      String token,
      ConsulTls tls,
      String host,
      Duration timeout,
      int... ports) {
    return new ConsulSettings(
        serviceName,
        IntStream.of(ports).mapToObj(port -> Candidate.of(host, port)).toList(),
        Secret.of(token),
        List.of(),
        List.of("blue"),
        tls,
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        timeout,
        Duration.ofSeconds(1));
  }
}
