package bifrost.discovery.consul;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Candidate;
import bifrost.api.model.InvalidConfigException;
import bifrost.tck.component.Configured;
import bifrost.tck.tls.TestAuthority;
import bifrost.tck.tls.TestCertificate;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent that speaks HTTPS and asks for a certificate. */
@Timeout(60)
class ConsulTlsTest {
  @TempDir Path folder;

  private final TestAuthority authority = new TestAuthority("ours");
  private final TestAuthority stranger = new TestAuthority("theirs");
  private HttpsServer server;

  @BeforeEach
  void start() throws Exception {
    TestCertificate own = authority.request("agent").dns("localhost").issue();
    own.write(folder.resolve("agent"));
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    server.setHttpsConfigurator(
        new HttpsConfigurator(settings("agent").context()) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters asked = getSSLContext().getDefaultSSLParameters();
            asked.setNeedClientAuth(true);
            parameters.setSSLParameters(asked);
          }
        });
    server.createContext(
        "/v1/catalog/datacenters",
        exchange -> {
          byte[] body = "[\"eu\"]".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void anAgentThatIsTrustedIsAskedWithTheNodesCertificate() throws Exception {
    authority.node("eu-1").write(folder.resolve("node"));
    try (Agent agent = agent(settings("node"), "localhost")) {
      assertEquals(List.of("eu"), agent.datacenters());
    }
  }

  @Test
  void anAgentOfAnotherAuthorityOrNameIsNotTrusted() throws Exception {
    stranger.node("eu-1").write(folder.resolve("stranger"));
    try (Agent agent = agent(settings("stranger"), "localhost")) {
      ConsulFailedException failed = assertThrows(ConsulFailedException.class, agent::datacenters);
      assertTrue(failed.getMessage().contains("localhost:"), failed.getMessage());
    }
    authority.node("eu-1").write(folder.resolve("node"));
    try (Agent agent = agent(settings("node"), "127.0.0.1")) {
      assertThrows(ConsulFailedException.class, agent::datacenters, "its name is not in there");
    }
  }

  @Test
  void filesThatHoldSomethingElseAreRefusedByName() throws Exception {
    authority.node("eu-1").write(folder.resolve("node"));
    Files.writeString(folder.resolve("node/key.pem"), "no key");
    assertEquals("cluster_config.discovery.consul_key", refused());
    Files.writeString(folder.resolve("node/ca.pem"), "no certificate");
    assertTrue(refused().startsWith("cluster_config.discovery.consul_"));
  }

  private String refused() {
    return assertThrows(InvalidConfigException.class, () -> settings("node")).path();
  }

  private ConsulTls settings(String name) {
    Path files = folder.resolve(name);
    return ConsulTls.from(
        Configured.of(ConsulConfig.class)
            .set("consul__tls", true)
            .set("consul__ca", files.resolve("ca.pem").toString())
            .set("consul__cert", files.resolve("cert.pem").toString())
            .set("consul__key", files.resolve("key.pem").toString())
            .get());
  }

  private Agent agent(ConsulTls tls, String host) {
    int port = server.getAddress().getPort();
    return new Agent(
        Candidate.of(host, port),
        TestSettings.of("bifrost", "", tls, host, Duration.ofSeconds(20), port));
  }
}
