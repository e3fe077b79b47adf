package bifrost.discovery.lan.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bifrost.api.model.InvalidConfigException;
import bifrost.tck.component.Configured;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubernetesSettingsTest {
  private static final Map<String, String> POD =
      Map.of("KUBERNETES_SERVICE_HOST", "10.96.0.1", "KUBERNETES_SERVICE_PORT", "6443");

  @TempDir Path account;

  private final Configured<KubernetesConfig> config =
      Configured.of(KubernetesConfig.class).set("k8s__label__selector", "app=bifrost");

  @Test
  void defaultsAreThoseOfThePod() throws Exception {
    Files.writeString(account.resolve("namespace"), "prod\n");
    KubernetesSettings settings = KubernetesSettings.from(config.get(), POD, account);
    assertEquals(URI.create("https://10.96.0.1:6443"), settings.api());
    assertEquals("prod", settings.namespace());
    assertEquals("app=bifrost", settings.labelSelector());
    assertEquals(10101, settings.port());
    assertEquals(Duration.ofSeconds(10), settings.timeout());
    assertEquals(account, settings.account());
  }

  @Test
  void everyPropertyIsTaken() {
    KubernetesSettings settings =
        KubernetesSettings.from(
            config
                .set("k8s__api", "https://api.example.net:7443/")
                .set("k8s__namespace", "edge")
                .set("bind__port", 7)
                .set("dial__timeout", "3s")
                .get(),
            Map.of(),
            account);
    assertEquals(URI.create("https://api.example.net:7443"), settings.api());
    assertEquals("edge", settings.namespace());
    assertEquals(7, settings.port());
    assertEquals(Duration.ofSeconds(3), settings.timeout());
  }

  @Test
  void withoutFileTheNamespaceIsDefault() {
    assertEquals("default", KubernetesSettings.from(config.get(), POD, account).namespace());
  }

  @ParameterizedTest
  @CsvSource({
    "k8s__label__selector, '', k8s_label_selector",
    "k8s__namespace, a/b, k8s_namespace",
    "k8s__api, ftp://x, k8s_api",
    "k8s__api, https://user@x, k8s_api",
    "dial__timeout, x, dial_timeout",
  })
  void whatCannotBeUsedIsRefusedByName(String method, String value, String field) {
    assertEquals(
        "cluster_config.discovery." + field,
        assertThrows(
                InvalidConfigException.class,
                () -> KubernetesSettings.from(config.set(method, value).get(), POD, account))
            .path());
  }

  @Test
  void outsideOfAPodTheServerMustBeNamed() {
    assertEquals(
        "cluster_config.discovery.k8s_api",
        assertThrows(
                InvalidConfigException.class,
                () -> KubernetesSettings.from(config.get(), Map.of(), account))
            .path());
  }
}
