package bifrost.providers.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.provider.CallCancelledException;
import bifrost.api.provider.Cancellation;
import bifrost.api.provider.Deadline;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.UpstreamException;
import bifrost.providers.http.UpstreamRequest;
import bifrost.providers.http.UpstreamResponse;
import bifrost.tck.provider.TestBody;
import bifrost.tck.provider.TestCancellation;
import bifrost.tck.upstream.UpstreamSimulator;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What each of the network settings does to a request. */
@Timeout(30)
class NetworkSettingsTest {
  private static final int DEFAULT_MAX = NetworkSettings.DEFAULT.maxConnections();

  @TempDir private static Path folder;

  /** For the address that is asked, and for another name. */
  private static TlsServer server;

  private static TlsServer misnamed;

  private final AtomicLong now = new AtomicLong();
  private final Pools pools = new Pools(now::get);
  private final SharedHttpUpstream http = new SharedHttpUpstream(pools);

  @BeforeAll
  static void startServers() throws Exception {
    server = TlsServer.start(folder.resolve("right.p12"), "ip:127.0.0.1");
    misnamed = TlsServer.start(folder.resolve("wrong.p12"), "dns:example.org");
  }

  @AfterAll
  static void stopServers() {
    server.close();
    misnamed.close();
  }

  @AfterEach
  void stop() {
    http.deactivate();
  }

  @Test
  void anUnknownCertificateIsRefused() throws Exception {
    UpstreamException refused =
        assertThrows(UpstreamException.class, () -> get(server.url(), NetworkSettings.DEFAULT));
    assertEquals(Kind.CONNECTION, refused.failure().kind());
    assertTrue(refused.getMessage().contains("certificate"), refused.getMessage());
  }

  @Test
  void aCertificateOfTheSettingsIsTrusted() throws Exception {
    assertEquals("secure", get(server.url(), trusting(server.pem())));
  }

  @Test
  void aCertificateForAnotherHostIsRefused() throws Exception {
    UpstreamException refused =
        assertThrows(UpstreamException.class, () -> get(misnamed.url(), trusting(misnamed.pem())));
    assertEquals(Kind.CONNECTION, refused.failure().kind());
  }

  @Test
  void cancellationEndsAWaitOverTls() throws Exception {
    TestCancellation cancellation = new TestCancellation();
    UpstreamRequest silent = request(server.silentUrl(), trusting(server.pem()), cancellation);
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                http.send(silent).close();
                thrown.complete(new AssertionError("answered"));
              } catch (Exception e) {
                thrown.complete(e);
              }
            });
    server.awaitSilent();
    cancellation.cancel(Cancellation.Reason.CLIENT_GONE);
    assertEquals(CallCancelledException.class, thrown.get().getClass());
  }

  @Test
  void aConnectionOverTlsIsUsedAgain() throws Exception {
    NetworkSettings network = trusting(server.pem());
    get(server.url(), network);
    int before = server.handshakes();
    get(server.url(), network);
    assertEquals(before, server.handshakes());
  }

  @Test
  void verificationCanBeSwitchedOff() throws Exception {
    assertEquals(
        "secure",
        get(misnamed.url(), settings(DEFAULT_MAX, true, Optional.empty(), Optional.empty())));
  }

  @Test
  void aCertificateThatIsNoneIsNamed() {
    for (String pem :
        List.of("nonsense", "-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----")) {
      UpstreamException refused =
          assertThrows(UpstreamException.class, () -> get("https://127.0.0.1:1/", trusting(pem)));
      assertTrue(refused.getMessage().startsWith("ca_certificate"), refused.getMessage());
    }
  }

  @Test
  void plainRequestsGoThroughTheProxyWithItsCredentials() throws Exception {
    try (UpstreamSimulator proxy = UpstreamSimulator.start()) {
      proxy.next(wire -> wire.answer(200, "text/plain", "by proxy".getBytes()));
      String url = "http://joe:p%40ss@127.0.0.1:" + proxy.port();
      assertEquals("by proxy", get("http://upstream.invalid/v1/models", proxied(url)));
      assertEquals("http://upstream.invalid/v1/models", proxy.awaitRequest().target());
      assertEquals(
          Optional.of("Basic am9lOnBAc3M="), proxy.awaitRequest().header("Proxy-Authorization"));
    }
  }

  @Test
  void secureRequestsTunnelThroughTheProxy() throws Exception {
    try (TunnelProxy proxy = TunnelProxy.start()) {
      NetworkSettings network =
          settings(
              DEFAULT_MAX, false, Optional.of(server.pem()), Optional.of(proxy.url("joe:secret")));
      assertEquals("secure", get(server.url(), network));
      assertTrue(proxy.head().startsWith("CONNECT 127.0.0.1:" + server.port()), proxy.head());
      assertTrue(
          proxy.head().contains("Proxy-Authorization: Basic am9lOnNlY3JldA=="), proxy.head());
    }
  }

  @Test
  void aProxyThatIsNoAddressIsNamedWithoutItsText() {
    UpstreamException refused =
        assertThrows(
            UpstreamException.class, () -> get("http://a.invalid/", proxied("joe:secret@x y")));
    assertTrue(refused.getMessage().startsWith("proxy"), refused.getMessage());
    assertFalse(refused.getMessage().contains("secret"));
  }

  @Test
  void equalSettingsShareAPoolAndOthersDoNot() throws Exception {
    try (UpstreamSimulator upstream = UpstreamSimulator.start()) {
      get(upstream.baseUrl() + "/v1/models", NetworkSettings.DEFAULT);
      get(upstream.baseUrl() + "/v1/models", NetworkSettings.DEFAULT.withBaseUrl("http://other"));
      assertEquals(1, pools.size());
      assertEquals(1, upstream.connections());
      get(
          upstream.baseUrl() + "/v1/models",
          settings(7, false, Optional.empty(), Optional.empty()));
      assertEquals(2, pools.size());
      assertEquals(2, upstream.connections());
    }
  }

  @Test
  void noMoreConnectionsAreOpenedThanAllowed() throws Exception {
    try (UpstreamSimulator upstream = UpstreamSimulator.start()) {
      upstream.onPath(
          "/slow",
          ((bifrost.tck.upstream.Reply) wire -> wire.json(200, "{}")).after(Duration.ofMillis(50)));
      NetworkSettings two = settings(2, false, Optional.empty(), Optional.empty());
      List<CompletableFuture<String>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        CompletableFuture<String> one = new CompletableFuture<>();
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    one.complete(get(upstream.baseUrl() + "/slow", two));
                  } catch (Exception e) {
                    one.completeExceptionally(e);
                  }
                });
        all.add(one);
      }
      for (CompletableFuture<String> one : all) {
        assertEquals("{}", one.get());
      }
      assertEquals(2, upstream.connections());
    }
  }

  @Test
  void aPoolThatNobodyUsesIsClosed() throws Exception {
    try (UpstreamSimulator upstream = UpstreamSimulator.start()) {
      String url = upstream.baseUrl() + "/v1/models";
      get(url, NetworkSettings.DEFAULT);
      now.addAndGet(Pools.IDLE_LIMIT.toNanos() - 1);
      pools.closeIdle();
      assertEquals(1, pools.size(), "not yet idle for so long");
      now.addAndGet(1);
      try (UpstreamResponse running = http.send(request(url, NetworkSettings.DEFAULT))) {
        pools.closeIdle();
        assertEquals(1, pools.size(), "a running request holds it");
        assertTrue(running.next().hasRemaining());
      }
      now.addAndGet(Pools.IDLE_LIMIT.toNanos());
      pools.closeIdle();
      assertEquals(0, pools.size());
      get(url, NetworkSettings.DEFAULT);
      assertEquals(2, upstream.connections());
    }
  }

  private String get(String url, NetworkSettings network) throws Exception {
    try (UpstreamResponse response = http.send(request(url, network))) {
      StringBuilder all = new StringBuilder();
      for (var data = response.next(); data.hasRemaining(); data = response.next()) {
        all.append(StandardCharsets.UTF_8.decode(data));
      }
      return all.toString();
    }
  }

  private static UpstreamRequest request(String url, NetworkSettings network) {
    return request(url, network, new TestCancellation());
  }

  private static UpstreamRequest request(
      String url, NetworkSettings network, TestCancellation cancellation) {
    return new UpstreamRequest(
        "POST",
        URI.create(url),
        List.of(),
        Optional.of(TestBody.of("{}")),
        network,
        false,
        Deadline.in(Duration.ofSeconds(20), System::nanoTime),
        cancellation);
  }

  private static NetworkSettings trusting(String pem) {
    return settings(DEFAULT_MAX, false, Optional.of(pem), Optional.empty());
  }

  private static NetworkSettings proxied(String url) {
    return settings(DEFAULT_MAX, false, Optional.empty(), Optional.of(url));
  }

  private static NetworkSettings settings(
      int maxConnections, boolean insecure, Optional<String> pem, Optional<String> proxy) {
    NetworkSettings d = NetworkSettings.DEFAULT;
    return new NetworkSettings(
        d.baseUrl(),
        d.requestTimeout(),
        d.streamIdleTimeout(),
        maxConnections,
        List.of(),
        insecure,
        pem,
        proxy);
  }
}
