package bifrost.discovery.lan.kubernetes;

import bifrost.api.cluster.DiscoveryFields;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The validated configuration.
 *
 * @param api the API server
 * @param namespace where the pods are
 * @param labelSelector which pods are peers
 * @param port their gossip port
 * @param account the folder of the service account: token and authorities
 * @param timeout how long the API server may take to answer
 * @param watch after how long a watch is opened anew
 * @param pause the shortest pause after a failure
 */
record KubernetesSettings(
    URI api,
    String namespace,
    String labelSelector,
    int port,
    Path account,
    Duration timeout,
    Duration watch,
    Duration pause) {
  /** Where Kubernetes puts the service account of a pod. */
  static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private static final Duration WATCH = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern SELECTOR = Pattern.compile("[\\x20-\\x7e]{1,1024}");

  static KubernetesSettings from(
      KubernetesConfig config, Map<String, String> environment, Path account) {
    String selector =
        config.k8s__label__selector() == null ? "" : config.k8s__label__selector().trim();
    if (!SELECTOR.matcher(selector).matches()) {
      throw DiscoveryFields.refuse(
          "k8s_label_selector", "is missing or no selector, use for example app=bifrost");
    }
    return new KubernetesSettings(
        api(config.k8s__api().trim(), environment),
        namespace(config.k8s__namespace().trim(), account),
        selector,
        DiscoveryFields.port("bind_port", config.bind__port()),
        account,
        DiscoveryFields.duration(
            "dial_timeout", config.dial__timeout(), Duration.ofMillis(500), Duration.ofSeconds(60)),
        WATCH,
        PAUSE);
  }

  private static URI api(String configured, Map<String, String> environment) {
    String text = configured;
    if (text.isEmpty()) {
      String host = environment.get("KUBERNETES_SERVICE_HOST");
      if (host == null || host.isBlank()) {
        throw DiscoveryFields.refuse(
            "k8s_api", "is missing, and this is no pod: KUBERNETES_SERVICE_HOST is not set");
      }
      String literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
      text =
          "https://" + literal + ":" + environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    }
    try {
      URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      boolean isWeb = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (isWeb && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // refused below
    }
    throw DiscoveryFields.refuse("k8s_api", "'" + text + "' is no address, use https://host:port");
  }

  private static String namespace(String configured, Path account) {
    String name = configured;
    Path file = account.resolve("namespace");
    if (name.isEmpty() && Files.isReadable(file)) {
      try {
        name = Files.readString(file).trim();
      } catch (IOException e) {
        throw DiscoveryFields.refuse("k8s_namespace", "is missing, and " + file + " is unreadable");
      }
    }
    if (name.isEmpty()) {
      name = "default";
    }
    if (!NAMESPACE.matcher(name).matches()) {
      throw DiscoveryFields.refuse("k8s_namespace", "'" + name + "' is no name of a namespace");
    }
    return name;
  }
}
