package bifrost.runtime.doctor;

import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.api.cluster.Diagnosis.Port;
import bifrost.api.cluster.Diagnosis.PortTest;
import bifrost.api.cluster.Diagnosis.Report;
import bifrost.api.cluster.Finding;
import bifrost.runtime.config.json.JsonNumber;
import bifrost.runtime.config.json.JsonTree;
import bifrost.runtime.config.json.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/** A running node, asked over its management API. */
final class RemoteNode {
  private static final String PATH = "/api/cluster/diagnostics";
  private static final String USER = "BIFROST_ADMIN_USERNAME";
  private static final String PASSWORD = "BIFROST_ADMIN_PASSWORD";
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int LARGEST = 8 << 20;

  private final String url;
  private final UnaryOperator<String> environment;

  RemoteNode(String url, UnaryOperator<String> environment) {
    this.url = url;
    this.environment = environment;
  }

  /**
   * What the node has found.
   *
   * @throws UnusableNodeException when it cannot be asked
   */
  Report ask() throws InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri());
    String user = environment.apply(USER);
    String password = environment.apply(PASSWORD);
    if (password != null && !password.isEmpty()) {
      String pair = (user == null || user.isEmpty() ? "admin" : user) + ":" + password;
      request.header(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }
    HttpRequest ready = request.build();
    try {
      return Bounded.call(() -> ask(ready), LIMIT);
    } catch (TimeoutException e) {
      throw unusable(
          "the node at %s does not answer within %d s".formatted(url, LIMIT.toSeconds()));
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case UnusableNodeException unusable -> throw unusable;
        case IOException away ->
            throw unusable(
                "no node answers at %s (%s); start it, or check its file with --config FILE"
                    .formatted(url, away.getMessage() == null ? "refused" : away.getMessage()));
        default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  private Report ask(HttpRequest request) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    try {
      HttpResponse<InputStream> answer = client.send(request, BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        return report(answer.statusCode(), body.readNBytes(LARGEST));
      }
    } finally {
      client.shutdownNow();
    }
  }

  private URI uri() {
    try {
      URI uri = URI.create(url.replaceAll("/+$", "") + PATH);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw new UnusableNodeException(
        DoctorMain.USAGE,
        "--url must be like https://node.example.net:8080; credentials are taken from %s and %s"
            .formatted(USER, PASSWORD));
  }

  private Report report(int status, byte[] body) {
    return switch (status) {
      case 200 ->
          JsonTree.object(body, new Problems())
              .map(RemoteNode::read)
              .orElseThrow(() -> unusable("the answer of %s is no JSON".formatted(url)));
      case 401, 403 ->
          throw unusable(
              "the node at %s refuses (%d); set %s and %s to its administrator's"
                  .formatted(url, status, USER, PASSWORD));
      case 404 ->
          throw unusable(
              "the node at %s is in no cluster: cluster_config is not enabled, or bifrost.sync did"
                      .formatted(url)
                  + " not start; 'bifrost shell bifrost:why' says what it lacks");
      default -> throw unusable("the node at %s answers %d".formatted(url, status));
    };
  }

  private static UnusableNodeException unusable(String message) {
    return new UnusableNodeException(DoctorMain.NO_ANSWER, message);
  }

  private static Report read(Map<String, Object> json) {
    try {
      List<Finding> findings = new ArrayList<>();
      for (Map<?, ?> finding : maps(json.get("findings"))) {
        findings.add(
            new Finding(
                text(finding, "id"),
                constant(Finding.Severity.class, text(finding, "severity")),
                text(finding, "subject"),
                text(finding, "cause"),
                text(finding, "evidence"),
                text(finding, "fix"),
                Instant.parse(text(finding, "since"))));
      }
      List<PortTest> tests = new ArrayList<>();
      for (Map<?, ?> test : maps(json.get("tests"))) {
        tests.add(
            new PortTest(
                text(test, "from"),
                text(test, "to"),
                constant(Port.class, text(test, "port")),
                constant(Outcome.class, text(test, "outcome")),
                test.get("failures") instanceof JsonNumber failures
                    ? (int) failures.whole().orElse(0)
                    : 0));
      }
      return new Report(
          text(json, "node_id"),
          text(json, "region"),
          Instant.parse(text(json, "at")),
          Optional.of(text(json, "tested")).filter(at -> !at.isEmpty()).map(Instant::parse),
          findings,
          tests);
    } catch (RuntimeException e) {
      throw unusable("the node answers in a shape that this version does not know: " + e);
    }
  }

  private static List<Map<?, ?>> maps(Object value) {
    List<Map<?, ?>> maps = new ArrayList<>();
    for (Object element : (List<?>) value) {
      maps.add((Map<?, ?>) element);
    }
    return maps;
  }

  private static String text(Map<?, ?> map, String name) {
    return (String) map.get(name);
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String label) {
    return Enum.valueOf(type, label.toUpperCase(Locale.ROOT));
  }
}
