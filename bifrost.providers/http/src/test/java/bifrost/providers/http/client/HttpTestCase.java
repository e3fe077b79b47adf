package bifrost.providers.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bifrost.api.model.Header;
import bifrost.api.provider.Body;
import bifrost.api.provider.Deadline;
import bifrost.api.provider.NetworkSettings;
import bifrost.providers.http.UpstreamRequest;
import bifrost.providers.http.UpstreamResponse;
import bifrost.tck.provider.TestBody;
import bifrost.tck.provider.TestCancellation;
import bifrost.tck.upstream.Reply;
import bifrost.tck.upstream.UpstreamSimulator;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** An upstream, the client, and requests from the one to the other. */
@Timeout(30)
abstract class HttpTestCase {
  static final Reply OK = wire -> wire.json(200, "{\"ok\":true}");

  final UpstreamSimulator upstream = UpstreamSimulator.start();
  final SharedHttpUpstream http = new SharedHttpUpstream();
  final TestCancellation cancellation = new TestCancellation();

  @AfterEach
  void stop() {
    http.deactivate();
    upstream.close();
    assertEquals(List.of(), upstream.failures());
  }

  interface Action<T> {
    T run() throws Exception;
  }

  static <T> CompletableFuture<T> async(Action<T> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                result.complete(action.run());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  String body(UpstreamRequest request) throws Exception {
    try (UpstreamResponse response = http.send(request)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (ByteBuffer data = response.next(); data.hasRemaining(); data = response.next()) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        all.writeBytes(bytes);
      }
      return all.toString(StandardCharsets.UTF_8);
    }
  }

  UpstreamRequest post(String body) {
    return post(TestBody.of(body));
  }

  UpstreamRequest post(Body body) {
    return request(Optional.of(body), List.of(), NetworkSettings.DEFAULT);
  }

  UpstreamRequest stream(NetworkSettings network) {
    return request(
        Optional.of(TestBody.of("{\"stream\":true}")),
        List.of(),
        network,
        upstream.baseUrl(),
        true);
  }

  UpstreamRequest to(String url, NetworkSettings network) {
    return request(Optional.of(TestBody.of("a")), List.of(), network, url, false);
  }

  UpstreamRequest request(Optional<Body> body, List<Header> headers, NetworkSettings network) {
    return request(body, headers, network, upstream.baseUrl() + "/path", false);
  }

  UpstreamRequest request(
      Optional<Body> body,
      List<Header> headers,
      NetworkSettings network,
      String url,
      boolean stream) {
    return new UpstreamRequest(
        "POST",
        URI.create(url),
        headers,
        body,
        network,
        stream,
        Deadline.in(Duration.ofSeconds(20), System::nanoTime),
        cancellation);
  }

  static NetworkSettings settings(List<Header> extra) {
    NetworkSettings d = NetworkSettings.DEFAULT;
    return new NetworkSettings(
        d.baseUrl(),
        d.requestTimeout(),
        d.streamIdleTimeout(),
        d.maxConnections(),
        extra,
        false,
        Optional.empty(),
        Optional.empty());
  }

  static NetworkSettings timeouts(Duration request, Duration idle) {
    NetworkSettings d = NetworkSettings.DEFAULT;
    return new NetworkSettings(
        d.baseUrl(),
        request,
        idle,
        d.maxConnections(),
        List.of(),
        false,
        Optional.empty(),
        Optional.empty());
  }

  static String text(ByteBuffer data) {
    return StandardCharsets.UTF_8.decode(data).toString();
  }
}
