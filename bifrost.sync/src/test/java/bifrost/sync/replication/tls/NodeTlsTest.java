package bifrost.sync.replication.tls;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.InvalidConfigException;
import bifrost.sync.replication.tls.TlsSettings.Verify;
import bifrost.tck.tls.TestAuthority;
import bifrost.tck.tls.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTlsTest {
  private final TestAuthority authority = new TestAuthority("our CA");

  @TempDir private Path folder;

  @Test
  void aCertificateOfTheAuthorityThatNamesTheNodeIsTaken() {
    NodeTls tls = tls("node-a", Verify.NODE);
    assertEquals(Optional.empty(), refusal(tls, "node-b", authority.node("node-b")));
    TestCertificate byHost = authority.request("x").dns("Node-B").issue();
    assertEquals(Optional.empty(), refusal(tls, "node-b", byHost));
    assertDoesNotThrow(
        () -> tls.trustManager().checkClientTrusted(chain(authority.node("b")), "EC"));
  }

  @Test
  void aCertificateOfAnotherNodeIsRefusedAndTheNeededNamesAreGiven() {
    String refusal =
        refusal(tls("node-a", Verify.NODE), "node-b", authority.node("node-c")).orElseThrow();
    assertTrue(refusal.contains("bifrost://node/node-c"), refusal);
    assertTrue(refusal.contains("needs URI:bifrost://node/node-b or DNS:node-b"), refusal);
  }

  @Test
  void anyCertificateOfTheAuthorityIsEnoughWhereThatIsChosen() {
    NodeTls tls = tls("node-a", Verify.CA);
    assertEquals(Optional.empty(), refusal(tls, "node-b", authority.node("node-c")));
    TestCertificate foreign = new TestAuthority("their CA").node("node-b");
    assertTrue(refusal(tls, "node-b", foreign).isPresent());
  }

  @Test
  void anotherAuthorityIsRefusedByItsName() {
    TestCertificate foreign = new TestAuthority("their CA").node("node-b");
    String message = refused(tls("node-a", Verify.NODE), foreign);
    assertTrue(message.contains("issued by 'CN=their CA'"), message);
    assertTrue(message.contains("does not lead to a certificate in ca (CN=our CA)"), message);
  }

  @Test
  void anAuthorityOfTheSameNameWithAnotherKeyIsRefused() {
    TestCertificate foreign = new TestAuthority("our CA").node("node-b");
    String message = refused(tls("node-a", Verify.NODE), foreign);
    assertTrue(message.contains("does not lead to a certificate in ca"), message);
  }

  @Test
  void anExpiredCertificateIsRefusedWithBothTimes() {
    Instant now = Instant.now();
    TestCertificate old =
        authority
            .request("node-b")
            .uri("bifrost://node/node-b")
            .valid(now.minus(Duration.ofDays(2)), now.minus(Duration.ofMinutes(5)))
            .issue();
    String message = refused(tls("node-a", Verify.NODE), old);
    assertTrue(message.contains("expired at"), message);
    assertTrue(message.contains("renew it"), message);
  }

  @Test
  void aClockThatIsBehindIsNamedAsTheCause() {
    TestCertificate fresh =
        authority
            .request("node-b")
            .uri("bifrost://node/node-b")
            .valid(Instant.now(), Instant.now().plus(Duration.ofDays(1)))
            .issue();
    authority.node("node-a").write(folder);
    Clock behind = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-10));
    String message = refused(new NodeTls(settings(Verify.NODE), behind), fresh);
    assertTrue(message.contains("one of the clocks is wrong"), message);
  }

  @Test
  void aCertificateForServersOnlyIsRefusedAsAClientWithTheFix() {
    TestCertificate half = authority.request("node-b").dns("node-b").serverOnly().issue();
    NodeTls tls = tls("node-a", Verify.NODE);
    assertDoesNotThrow(() -> tls.trustManager().checkServerTrusted(chain(half), "EC"));
    String message = refused(tls, half);
    assertTrue(message.contains("may not be used as clientAuth"), message);
    assertTrue(message.contains("extendedKeyUsage serverAuth,clientAuth"), message);
  }

  @Test
  void changedFilesAreUsedFromTheNextHandshakeOn() {
    NodeTls tls = tls("node-a", Verify.NODE);
    assertFalse(tls.refresh());
    TestAuthority next = new TestAuthority("next CA");
    TestCertificate renewed = next.node("node-a").write(folder);
    assertTrue(tls.refresh());
    assertEquals(renewed.certificate(), tls.keyManager().getCertificateChain("node")[0]);
    assertEquals(Optional.empty(), refusal(tls, "node-b", next.node("node-b")));
    assertTrue(refusal(tls, "node-b", authority.node("node-b")).isPresent());
  }

  @Test
  void filesThatCannotBeUsedChangeNothing() throws IOException {
    NodeTls tls = tls("node-a", Verify.NODE);
    X509Certificate before = tls.keyManager().getCertificateChain("node")[0];
    Files.writeString(folder.resolve("cert.pem"), "garbage");
    assertFalse(tls.refresh());
    Files.delete(folder.resolve("cert.pem"));
    assertFalse(tls.refresh());
    authority.node("node-a").write(folder.resolve("other"));
    Files.copy(folder.resolve("other/cert.pem"), folder.resolve("cert.pem"));
    assertFalse(tls.refresh(), "the certificate of another key was taken");
    assertEquals(before, tls.keyManager().getCertificateChain("node")[0]);
  }

  @Test
  void faultsOfTheFilesNameFieldFileAndFix() throws IOException {
    fault("cluster_config.grpc.tls.cert: '.*cert.pem' does not exist");
    authority.node("node-a").write(folder);
    Files.writeString(
        folder.resolve("key.pem"),
        "-----BEGIN EC PRIVATE KEY-----\nAA==\n" + "-----END EC PRIVATE KEY-----\n");
    fault("cluster_config.grpc.tls.key: '.*key.pem' holds a key in the old form 'EC'; .*pkcs8.*");
    Files.writeString(
        folder.resolve("key.pem"),
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n" + "-----END ENCRYPTED PRIVATE KEY-----\n");
    fault("cluster_config.grpc.tls.key: .* a key with a password; .*");
    Files.writeString(
        folder.resolve("key.pem"),
        "-----BEGIN PRIVATE KEY-----\nAA==\n" + "-----END PRIVATE KEY-----\n");
    fault("cluster_config.grpc.tls.key: .* holds no key of the kind EC, as cert needs");
    authority.node("node-a").write(folder);
    authority.node("node-a").write(folder.resolve("other"));
    Files.delete(folder.resolve("key.pem"));
    Files.copy(folder.resolve("other/key.pem"), folder.resolve("key.pem"));
    fault("cluster_config.grpc.tls.key: .* is not the key of the certificate in cert");
  }

  private void fault(String pattern) {
    String message =
        assertThrows(
                InvalidConfigException.class,
                () -> new NodeTls(settings(Verify.NODE), Clock.systemUTC()))
            .getMessage();
    assertTrue(message.matches(pattern), message);
  }

  private NodeTls tls(String nodeId, Verify verify) {
    authority.node(nodeId).write(folder);
    return new NodeTls(settings(verify), Clock.systemUTC());
  }

  private TlsSettings settings(Verify verify) {
    return new TlsSettings(
        folder.resolve("cert.pem"), folder.resolve("key.pem"), folder.resolve("ca.pem"), verify);
  }

  private static Optional<String> refusal(NodeTls tls, String nodeId, TestCertificate peer) {
    return tls.refusal(nodeId, List.of(peer.certificate()));
  }

  private static String refused(NodeTls tls, TestCertificate peer) {
    return assertThrows(
            CertificateException.class,
            () -> tls.trustManager().checkClientTrusted(chain(peer), "EC"))
        .getMessage();
  }

  private static X509Certificate[] chain(TestCertificate peer) {
    return new X509Certificate[] {peer.certificate()};
  }
}
