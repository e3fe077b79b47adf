package bifrost.sync.replication.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.InvalidConfigException;
import bifrost.sync.replication.tls.TlsSettings.Verify;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GrpcSettingsTest {
  @Test
  void withoutTlsOnlyLoopbackIsTakenUnlessItIsSaidSo() {
    String message = refused(Map.of()).getMessage();
    assertTrue(message.startsWith("cluster_config.grpc.tls: is missing"), message);
    assertTrue(message.contains("all addresses"), message);
    GrpcSettings local = settings(Map.of("bind__address", "127.0.0.1"));
    assertEquals(10102, local.bind().getPort());
    assertEquals(Optional.empty(), local.tls());
    assertTrue(settings(Map.of("insecure", true)).bind().getAddress().isAnyLocalAddress());
  }

  @Test
  void everyPropertyIsMapped() {
    GrpcSettings settings =
        settings(
            Map.of(
                "port", 4,
                "bind__address", "127.0.0.2",
                "advertise__address", "pods.example:7",
                "dial__timeout__seconds", 9,
                "tls_cert", "/c",
                "tls_key", "/k",
                "tls_ca", "/a",
                "tls_verify", "ca"));
    assertEquals(4, settings.bind().getPort());
    assertEquals("127.0.0.2", settings.bind().getAddress().getHostAddress());
    assertEquals("pods.example:7", settings.advertised(4, "10.0.0.1"));
    assertEquals(Duration.ofSeconds(9), settings.dialTimeout());
    assertEquals(Path.of("/c"), settings.tls().orElseThrow().cert());
    assertEquals(Path.of("/k"), settings.tls().orElseThrow().key());
    assertEquals(Path.of("/a"), settings.tls().orElseThrow().ca());
    assertEquals(Verify.CA, settings.tls().orElseThrow().verify());
  }

  @Test
  void theAdvertisedAddressFollowsFromWhatIsBoundAndFromGossip() {
    assertEquals("10.0.0.1:5", settings(Map.of("insecure", true)).advertised(5, "10.0.0.1"));
    assertEquals("[fd00::1]:5", settings(Map.of("insecure", true)).advertised(5, "fd00::1"));
    assertEquals(
        "127.0.0.1:5", settings(Map.of("bind__address", "127.0.0.1")).advertised(5, "10.0.0.1"));
    assertEquals(
        "[fd00::2]:5",
        settings(Map.of("insecure", true, "advertise__address", "[fd00::2]"))
            .advertised(5, "10.0.0.1"));
  }

  @Test
  void faultsNameTheField() {
    assertEquals("cluster_config.grpc.port", refused(Map.of("port", -1)).path());
    assertEquals(
        "cluster_config.grpc.dial_timeout_seconds",
        refused(Map.of("dial__timeout__seconds", 0)).path());
    assertEquals(
        "cluster_config.grpc.tls.key", refused(Map.of("tls_cert", "/c", "tls_ca", "/a")).path());
    assertEquals(
        "cluster_config.grpc.tls.verify",
        refused(Map.of("tls_cert", "/c", "tls_ca", "/a", "tls_key", "/k", "tls_verify", "no"))
            .path());
    assertEquals(
        "cluster_config.grpc.advertise_address",
        refused(Map.of("insecure", true, "advertise__address", "host:x")).path());
  }

  private static InvalidConfigException refused(Map<String, Object> properties) {
    return assertThrows(InvalidConfigException.class, () -> settings(properties));
  }

  private static GrpcSettings settings(Map<String, Object> properties) {
    return GrpcSettings.from(
        (GrpcConfig)
            Proxy.newProxyInstance(
                GrpcConfig.class.getClassLoader(),
                new Class<?>[] {GrpcConfig.class, Annotation.class},
                (proxy, method, arguments) ->
                    properties.getOrDefault(method.getName(), method.getDefaultValue())));
  }
}
