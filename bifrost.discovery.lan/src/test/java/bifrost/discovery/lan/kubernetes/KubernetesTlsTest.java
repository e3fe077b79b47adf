package bifrost.discovery.lan.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.discovery.RecordingObserver;
import bifrost.tck.kubernetes.ApiServerStub;
import bifrost.tck.tls.TestAuthority;
import bifrost.tck.tls.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An API server that speaks HTTPS, with the authorities of the service account. */
@Timeout(60)
class KubernetesTlsTest {
  @TempDir Path account;
  @TempDir Path folder;

  @Test
  void theServiceAccountsAuthorityIsTrustedAndReadAgainWhenItIsReplaced() throws Exception {
    TestAuthority authority = new TestAuthority("cluster");
    TestCertificate own = authority.request("api").dns("localhost").issue();
    trust(new TestAuthority("another").node("x"));
    try (ApiServerStub server = new ApiServerStub(context(own))) {
      server.put("bifrost", "one", "Running", "10.0.0.1", Map.of());
      RecordingObserver observer = new RecordingObserver();
      KubernetesSettings settings =
          new KubernetesSettings(
              server.uri(),
              "prod",
              "app=bifrost",
              10101,
              account,
              Duration.ofSeconds(5),
              Duration.ofSeconds(1),
              Duration.ofMillis(100));
      try (PeerDiscovery.Session session =
          new KubernetesDiscovery(settings)
              .open(new Announcement("a", "eu", "10.0.0.1", 10101), observer)) {
        observer.await("not trusted", o -> !o.failures().isEmpty());
        assertTrue(observer.failures().get(0).contains(server.uri().toString()));
        assertEquals(0, observer.answers());
        trust(own);
        observer.await("trusted", o -> o.sees("10.0.0.1", 10101));
      }
    }
  }

  private void trust(TestCertificate certificate) throws Exception {
    certificate.write(folder);
    Files.move(
        folder.resolve("ca.pem"), account.resolve("ca.crt"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static SSLContext context(TestCertificate own) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    X509Certificate[] chain = {own.certificate()};
    store.setKeyEntry("api", own.key(), new char[0], chain);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
