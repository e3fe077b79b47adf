package bifrost.discovery.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.InvalidConfigException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdSettingsTest {
  private final Map<String, Object> values =
      new HashMap<>(
          Map.of("service__name", "x", "etcd__endpoints", new String[] {"http://etcd-1"}));

  @TempDir private Path folder;

  @Test
  void defaults() {
    EtcdSettings settings = settings();
    assertEquals(List.of(URI.create("http://etcd-1:2379")), settings.endpoints());
    assertEquals("/services/x/", settings.prefix());
    assertEquals("", settings.user());
    assertEquals(Optional.empty(), settings.ca());
    assertEquals(10_101, settings.bindPort());
    assertEquals(Duration.ofSeconds(10), settings.callLimit());
    assertEquals(Duration.ofSeconds(30), settings.lease());
  }

  @Test
  void allIsTaken() throws Exception {
    Path pem = Files.createFile(folder.resolve("a.pem"));
    values.put("etcd__endpoints", new String[] {"https://a:1", "https://[::1]:2/"});
    values.put("etcd__user", "u");
    values.put("etcd__password", "p");
    values.put("etcd__ca", pem.toString());
    values.put("etcd__cert", pem.toString());
    values.put("etcd__key", pem.toString());
    values.put("bind__port", 7);
    values.put("dial__timeout", "3s");
    EtcdSettings settings = settings();
    assertEquals(
        List.of(URI.create("https://a:1"), URI.create("https://[::1]:2")), settings.endpoints());
    assertEquals("u", settings.user());
    assertEquals("p", settings.password());
    assertEquals(Optional.of(pem), settings.ca());
    assertEquals(Optional.of(new EtcdSettings.Certificate(pem, pem)), settings.cert());
    assertEquals(7, settings.bindPort());
    assertEquals(Duration.ofSeconds(3), settings.callLimit());
  }

  @Test
  void whatCannotBeUsedIsRefusedByName() {
    refused("service_name", "service__name", "a/b");
    refused("etcd_endpoints", "etcd__endpoints", new String[] {});
    refused("etcd_endpoints", "etcd__endpoints", new String[] {"ftp://a"});
    refused("etcd_endpoints", "etcd__endpoints", new String[] {"http://a", "https://b"});
    refused("etcd_endpoints", "etcd__endpoints", new String[] {"http://a/path"});
    refused("etcd_endpoints", "etcd__endpoints", new String[] {"http://a:99999"});
    refused("etcd_password", "etcd__user", "u");
    refused("etcd_user", "etcd__password", "p");
    refused("etcd_ca", "etcd__ca", "/not/there.pem");
    refused("bind_port", "bind__port", 0);
    refused("dial_timeout", "dial__timeout", "10 minutes");
  }

  @Test
  void aPasswordInAnEndpointIsNotRepeated() {
    values.put("etcd__endpoints", new String[] {"http://u:geheim@etcd"});
    String said = assertThrows(InvalidConfigException.class, this::settings).getMessage();
    assertFalse(said.contains("geheim"), said);
  }

  private void refused(String field, String method, Object value) {
    Object before = values.put(method, value);
    InvalidConfigException e = assertThrows(InvalidConfigException.class, this::settings);
    assertTrue(e.getMessage().contains("cluster_config.discovery." + field), e.getMessage());
    if (before == null) {
      values.remove(method);
    } else {
      values.put(method, before);
    }
  }

  private EtcdSettings settings() {
    return EtcdSettings.from(
        (EtcdConfig)
            Proxy.newProxyInstance(
                EtcdConfig.class.getClassLoader(),
                new Class<?>[] {EtcdConfig.class},
                (proxy, method, args) ->
                    method.getName().equals("annotationType")
                        ? Annotation.class
                        : values.getOrDefault(method.getName(), method.getDefaultValue())));
  }
}
