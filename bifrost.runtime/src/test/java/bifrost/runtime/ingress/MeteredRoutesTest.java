package bifrost.runtime.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import bifrost.api.governance.Governor;
import bifrost.api.journal.Journal;
import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.runtime.ingress.Routes.Route;
import bifrost.runtime.pipeline.PipelineFixture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every route of the table is asked over HTTP: an inference is admitted, held, charged, settled and
 * recorded, each once; nothing else reaches a provider but the question for its models.
 */
@Timeout(60)
class MeteredRoutesTest {
  private static final Usage USED = Usage.ofTokens(3, 4);

  private final MeteringBooks books = new MeteringBooks();
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpListener listener;

  @BeforeEach
  void open() throws IOException {
    PipelineFixture fixture = new PipelineFixture();
    fixture.bind((Governor) books);
    fixture.bind(books.provider());
    fixture.bind((Journal) books);
    IngressSettings settings =
        new IngressSettings(
            8 * 1024,
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            0,
            Duration.ZERO,
            Duration.ofSeconds(20),
            100);
    GatewayHandler handler =
        new GatewayHandler(
            new Routes(),
            fixture.path(),
            fixture.snapshot(),
            new Pages(null, null, fixture.models()),
            new HttpResources(),
            settings,
            true);
    listener = new HttpListener(settings, handler, fixture.path().inFlight(), "127.0.0.1", 0);
  }

  @AfterEach
  void close() {
    client.close();
    listener.close();
  }

  static Stream<Arguments> inferences() {
    return new Routes()
        .all().entrySet().stream()
            .filter(entry -> entry.getValue() instanceof Route.Inference)
            .sorted(Map.Entry.comparingByKey())
            .flatMap(
                entry ->
                    Stream.of(false, true)
                        .map(stream -> Arguments.of(entry.getKey(), entry.getValue(), stream)));
  }

  static Stream<Arguments> others() {
    return new Routes()
        .all().entrySet().stream()
            .filter(entry -> !(entry.getValue() instanceof Route.Inference))
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @ParameterizedTest(name = "{0} stream={2}")
  @MethodSource("inferences")
  void everyInferenceIsAdmittedHeldChargedSettledAndRecordedOnce(
      String path, Route.Inference route, boolean stream) throws Exception {
    HttpResponse<String> answer = ask(path, "POST", route, stream);

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(List.of(), books.calledWithoutHold, "a call without a hold");
    assertEquals(List.of(route.operation()), books.called);
    assertEquals(1, books.admitted.size(), "admitted");
    assertEquals(route.operation(), books.admitted.getFirst().operation());
    assertEquals(List.of(USED), books.charged);
    assertEquals(1, books.settled.size(), "settled");
    assertEquals(0, books.openHolds.get(), "holds left");
    assertEquals(1, books.recorded.size(), "recorded");
    assertEquals(USED, books.recorded.getFirst().usage());
    assertEquals(USED.totalTokens(), books.recorded.getFirst().costNanos());
  }

  @ParameterizedTest(name = "{0} stream={2}")
  @MethodSource("inferences")
  void noInferenceReachesAProviderWhenTheGovernorRefuses(
      String path, Route.Inference route, boolean stream) throws Exception {
    books.refuse();

    HttpResponse<String> answer = ask(path, "POST", route, stream);

    assertEquals(402, answer.statusCode());
    assertEquals(List.of(), books.called);
    assertEquals(List.of(), books.calledWithoutHold);
    assertEquals(1, books.recorded.size(), "recorded");
    assertEquals("budget_exceeded", books.recorded.getFirst().errorType());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("others")
  void whatIsNoInferenceReachesNoProviderButForItsModels(String path, Route route)
      throws Exception {
    boolean mayAsk =
        switch (route) {
          case Route.Models models -> true;
          case Route.Page page -> false;
          case Route.Inference inference -> fail("an inference");
        };
    for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE")) {
      ask(path, method, null, false);
    }

    assertEquals(List.of(), books.called, "inferences");
    assertTrue(
        books.calledWithoutHold.stream()
            .allMatch(operation -> mayAsk && operation == Operation.LIST_MODELS),
        books.calledWithoutHold::toString);
    assertEquals(books.admitted.size(), books.settled.size());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inferences")
  void aSlashAtTheEndOrAnotherMethodDoesNotGetAroundTheMeter(
      String path, Route.Inference route, boolean stream) throws Exception {
    ask(path + "/", "POST", route, stream);
    for (String method : List.of("GET", "HEAD", "PUT", "DELETE", "PATCH")) {
      assertEquals(405, ask(path, method, route, stream).statusCode(), method);
    }

    assertEquals(List.of(), books.calledWithoutHold, "a call without a hold");
    assertEquals(1, books.charged.size());
    assertEquals(1, books.settled.size());
  }

  private HttpResponse<String> ask(
      String path, String method, Route.Inference route, boolean stream) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path));
    if (route == null) {
      request.method(method, BodyPublishers.noBody());
    } else if (route.operation() == Operation.TRANSCRIPTION) {
      request.header("Content-Type", "multipart/form-data; boundary=b");
      request.method(method, upload());
    } else {
      request.header("Content-Type", "application/json");
      request.method(method, BodyPublishers.ofString(json(route, stream)));
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** The smallest body of a route's format; a new format has to be added here. */
  private static String json(Route.Inference route, boolean stream) {
    return switch (route.format().wire()) {
      case OPENAI -> "{\"model\":\"p/m\",\"stream\":" + stream + "}";
      default -> fail("give this test a body of " + route.format().wire());
    };
  }

  private static BodyPublisher upload() {
    return BodyPublishers.ofString(
        """
        --b\r
        Content-Disposition: form-data; name="model"\r
        \r
        p/m\r
        --b\r
        Content-Disposition: form-data; name="file"; filename="a.mp3"\r
        \r
        sound\r
        --b--\r
        """);
  }
}
