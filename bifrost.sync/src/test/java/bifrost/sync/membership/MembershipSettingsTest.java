package bifrost.sync.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Candidate;
import bifrost.api.model.InvalidConfigException;
import bifrost.sync.membership.protocol.Profile;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MembershipSettingsTest {
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final String OTHER =
      Base64.getEncoder().encodeToString("0123456789abcdef".getBytes());

  @Test
  void theDefaultsAreAWanNodeOnAllAddresses() {
    MembershipSettings settings = TestConfig.of("eu-1").settings();
    assertEquals("eu-1", settings.nodeId());
    assertEquals("unknown", settings.region());
    assertEquals(List.of(), settings.peers());
    assertEquals(10_101, settings.port());
    assertEquals("", settings.bindAddress());
    assertEquals("", settings.advertiseHost());
    assertEquals(0, settings.advertisePort());
    assertEquals(Profile.WAN, settings.profile());
    assertTrue(settings.keys().isEmpty());
    assertEquals("", settings.label().text());
    assertFalse(settings.compress());
    assertEquals("", settings.httpAddress());
    assertEquals("", settings.grpcAddress());
  }

  @Test
  void everyPropertyIsMapped() {
    MembershipSettings settings =
        TestConfig.of("eu-1")
            .set("region", "eu-west-1")
            .set("peers", new String[] {"a:1", "[::1]:2"})
            .set("port", 7_946)
            .set("bind__address", "10.0.0.1")
            .set("advertise__address", "203.0.113.7:17946")
            .set("profile", "LAN")
            .set("secret__keys", new String[] {KEY, OTHER})
            .set("label", "blue")
            .set("compress", true)
            .set("http__address", "h:8080")
            .set("grpc__address", "g:10102")
            .settings();
    assertEquals("eu-west-1", settings.region());
    assertEquals(List.of(Candidate.of("a", 1), Candidate.of("::1", 2)), settings.peers());
    assertEquals(7_946, settings.port());
    assertEquals("10.0.0.1", settings.bindAddress());
    assertEquals("203.0.113.7", settings.advertiseHost());
    assertEquals(17_946, settings.advertisePort());
    assertEquals(Profile.LAN, settings.profile());
    assertEquals(2, settings.keys().size());
    assertEquals("blue", settings.label().text());
    assertTrue(settings.compress());
    assertEquals("h:8080", settings.httpAddress());
    assertEquals("g:10102", settings.grpcAddress());
  }

  @ParameterizedTest
  @CsvSource({
    "node__id, '', node_id",
    "node__id, 'a b', node_id",
    "region, '', region",
    "profile, fast, gossip.profile",
    "advertise__address, 'a:b', gossip.advertise_address",
  })
  void aBadValueIsRefusedByItsPath(String method, String value, String path) {
    InvalidConfigException refused =
        assertThrows(
            InvalidConfigException.class,
            () -> TestConfig.of("eu-1").set(method, value).settings());
    assertEquals("cluster_config." + path, refused.path());
  }

  @Test
  void aBadKeyIsRefusedWithoutBeingShown() {
    String secret = Base64.getEncoder().encodeToString("too-short-secret!".getBytes());
    InvalidConfigException refused =
        assertThrows(
            InvalidConfigException.class,
            () -> TestConfig.of("eu-1").set("secret__keys", new String[] {KEY, secret}).settings());
    assertEquals("cluster_config.gossip.secret_keys[1]", refused.path());
    assertFalse(refused.getMessage().contains(secret));
  }

  @Test
  void onlyKeysAndPeersCanChangeLive() {
    TestConfig config = TestConfig.of("eu-1").set("secret__keys", new String[] {KEY});
    MembershipSettings settings = config.settings();
    assertTrue(config.set("peers", new String[] {"a:1"}).settings().sameBut(settings));
    assertTrue(config.set("secret__keys", new String[] {OTHER, KEY}).settings().sameBut(settings));
    assertFalse(config.set("port", 1).settings().sameBut(settings));
    assertFalse(TestConfig.of("eu-1").settings().sameBut(settings));
  }

  @ParameterizedTest
  @CsvSource({
    "host:1, host, 1",
    "10.0.0.1:65535, 10.0.0.1, 65535",
    "[fe80::1]:7, fe80::1, 7",
    "fe80::1, fe80::1, 9",
    "[fe80::1], fe80::1, 9",
    "host, host, 9",
  })
  void addressesAreReadInEveryForm(String text, String host, int port) {
    assertEquals(Candidate.of(host, port), HostPort.parse(text, 9));
  }

  @ParameterizedTest
  @CsvSource({"host:", "host:x", "host:0", "host:65536", ":1", "''", "'[::1]:'"})
  void whatIsNoAddressIsRefused(String text) {
    assertEquals(null, HostPort.parse(text, 0));
  }
}
