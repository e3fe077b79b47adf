package bifrost.sync.diagnosis.offline;

import bifrost.api.cluster.Candidate;
import bifrost.sync.diagnosis.rules.Fault;
import bifrost.sync.diagnosis.rules.Symptom;
import bifrost.sync.membership.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Whether the backend of discovery can be reached from here, and where it can be asked without
 * registering anything, whether it takes the credentials.
 */
final class BackendCheck {
  private static final int MAX_ENDPOINTS = 16;

  private final String type;
  private final Duration limit;
  private final List<Symptom> symptoms = new ArrayList<>();

  private BackendCheck(String type, Duration limit) {
    this.type = type;
    this.limit = limit;
  }

  static List<Symptom> check(String type, MeshProperties discovery, Duration limit)
      throws InterruptedException {
    BackendCheck check = new BackendCheck(type, limit.dividedBy(2));
    switch (type) {
      case "etcd" -> check.etcd(discovery);
      case "consul" -> check.consul(discovery);
      case "dns" -> check.symptoms.addAll(DnsCheck.check(discovery, limit));
      case "kubernetes" -> check.kubernetes(discovery);
      default -> {
        // udp and mdns have no backend; other methods bring checks of their own
      }
    }
    return check.symptoms;
  }

  private void etcd(MeshProperties discovery) throws InterruptedException {
    List<String> reached = reached(discovery.texts("etcd_endpoints"), 2379);
    String user = discovery.text("etcd_user");
    if (user.isEmpty() || reached.isEmpty() || !reached.getFirst().startsWith("http://")) {
      return;
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(reached.getFirst() + "/v3/auth/authenticate"))
            .timeout(limit)
            .POST(
                BodyPublishers.ofString(
                    "{\"name\": \"%s\", \"password\": \"%s\"}"
                        .formatted(escaped(user), escaped(discovery.text("etcd_password")))))
            .build();
    status(request)
        .filter(status -> status == 400 || status == 401 || status == 403)
        .ifPresent(status -> refused(reached.getFirst(), "user '" + user + "'", status));
  }

  private void consul(MeshProperties discovery) throws InterruptedException {
    List<String> addresses = discovery.texts("consul_address");
    boolean tls = discovery.flag("consul_tls");
    List<String> reached =
        reached(addresses.isEmpty() ? List.of("localhost:8500") : addresses, 8500);
    if (reached.isEmpty() || tls || reached.getFirst().startsWith("https://")) {
      return;
    }
    String token = discovery.text("consul_token");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(reached.getFirst() + "/v1/agent/self")).timeout(limit);
    if (!token.isEmpty()) {
      request.header("X-Consul-Token", token);
    }
    status(request.build())
        .filter(status -> status == 401 || status == 403)
        .ifPresent(
            status ->
                refused(reached.getFirst(), token.isEmpty() ? "no token" : "the token", status));
  }

  private void kubernetes(MeshProperties discovery) throws InterruptedException {
    String api = discovery.text("k8s_api");
    String host = System.getenv("KUBERNETES_SERVICE_HOST");
    String port = System.getenv().getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    if (!api.isEmpty()) {
      reached(List.of(api), 443);
    } else if (host != null) {
      reached(List.of("https://" + host + ":" + port), 443);
    } else {
      unreachable("this process runs in no pod, and k8s_api is not set", "set k8s_api.");
    }
  }

  /** The endpoints that take a connection, as URLs; one that does is enough. */
  private List<String> reached(List<String> endpoints, int defaultPort)
      throws InterruptedException {
    List<String> reached = new ArrayList<>();
    List<String> causes = new ArrayList<>();
    for (Contact contact : contacts(endpoints, defaultPort)) {
      if (contact.failure().isEmpty()) {
        reached.add(contact.url());
      } else {
        causes.add(contact.failure());
      }
    }
    if (reached.isEmpty()) {
      unreachable(
          String.join("; ", causes),
          "Check the endpoints in cluster_config.discovery, and the firewall from this host.");
    }
    return reached;
  }

  /** An endpoint as a URL, and why it does not take a connection; empty when it does. */
  private record Contact(String url, String failure) {}

  /** Tries all endpoints at once. */
  private List<Contact> contacts(List<String> endpoints, int defaultPort)
      throws InterruptedException {
    List<String> some = endpoints.subList(0, Math.min(MAX_ENDPOINTS, endpoints.size()));
    List<Callable<Contact>> tries = new ArrayList<>();
    some.forEach(endpoint -> tries.add(() -> contact(endpoint, defaultPort)));
    List<Contact> contacts = new ArrayList<>();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<Contact>> running =
          threads.invokeAll(tries, 2 * limit.toMillis(), TimeUnit.MILLISECONDS);
      for (int i = 0; i < some.size(); i++) {
        try {
          contacts.add(running.get(i).get());
        } catch (CancellationException | ExecutionException e) {
          contacts.add(new Contact("", some.get(i) + ": its name is not resolved in time"));
        }
      }
    } finally {
      threads.shutdownNow();
    }
    return contacts;
  }

  private Contact contact(String endpoint, int defaultPort) {
    String scheme = endpoint.startsWith("https://") ? "https://" : "http://";
    String rest = endpoint.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    Candidate address = HostPort.parse(rest, defaultPort);
    if (address == null) {
      return new Contact("", endpoint + ": is no address");
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.host(), address.port()), (int) limit.toMillis());
      return new Contact(scheme + address.address(), "");
    } catch (UnknownHostException e) {
      return new Contact("", address.address() + ": the name cannot be resolved");
    } catch (IOException e) {
      return new Contact("", address.address() + ": " + e.getMessage());
    }
  }

  private void unreachable(String evidence, String fix) {
    symptoms.add(
        Symptom.of(
            Fault.DISCOVERY_UNREACHABLE,
            type,
            "The backend of discovery by %s cannot be reached from this host.".formatted(type),
            evidence,
            fix));
  }

  private void refused(String endpoint, String who, int status) {
    symptoms.add(
        Symptom.of(
            Fault.DISCOVERY_UNAUTHORISED,
            type,
            "The backend of discovery by %s refuses the credentials of this file.".formatted(type),
            "%s answers %d to %s".formatted(endpoint, status, who),
            "Check user, password or token in cluster_config.discovery, and what they may do in"
                + " the backend."));
  }

  private Optional<Integer> status(HttpRequest request) throws InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(limit).build()) {
      HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
      return Optional.of(answer.statusCode());
    } catch (IOException e) {
      symptoms.add(
          Symptom.of(
              Fault.DISCOVERY_UNREACHABLE,
              type,
              "The backend of discovery by %s takes connections and does not answer."
                  .formatted(type),
              request.uri().getAuthority() + ": " + e,
              "See that the port is that of the backend and not of something else."));
      return Optional.empty();
    }
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\' || c < 0x20) {
                out.append("\\u%04x".formatted(c));
              } else {
                out.append((char) c);
              }
            });
    return out.toString();
  }
}
