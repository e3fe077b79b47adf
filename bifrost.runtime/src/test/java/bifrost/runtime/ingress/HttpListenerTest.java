package bifrost.runtime.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Operation;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.Cancellation.Reason;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.Provider;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.ProviderDescriptor;
import bifrost.api.provider.ResponseHead;
import bifrost.api.provider.ResponseSink;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.runtime.pipeline.PipelineFixture;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpListenerTest {
  private static final String BODY = "{\"model\":\"p/m\"}";

  private final BlockingQueue<Reason> cancelled = new LinkedBlockingQueue<>();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private HttpListener listener;

  /** Answers at once, or waits silently for its cancellation when the model is {@code wait}. */
  private final class Upstream implements Provider {
    @Override
    public ProviderDescriptor descriptor() {
      return ProviderDescriptor.named("p")
          .withRaw(Operation.CHAT_COMPLETION, WireFormat.OPENAI)
          .withoutKey();
    }

    @Override
    public Outcome call(ProviderCall call, ResponseSink sink) throws InterruptedException {
      entered.countDown();
      if (call.target().model().equals("wait")) {
        CountDownLatch aborted = new CountDownLatch(1);
        call.cancellation().onCancel(aborted::countDown);
        call.cancellation().onCancel(release::countDown);
        release.await();
        call.cancellation().reason().ifPresent(cancelled::add);
        if (call.cancellation().isCancelled()) {
          return Outcome.failed(UpstreamFailure.of(Kind.CONNECTION, "aborted", true));
        }
      }
      byte[] answer = "{\"ok\":true}".getBytes(StandardCharsets.US_ASCII);
      sink.head(new ResponseHead(200, "application/json", answer.length, List.of()));
      sink.bytes(ByteBuffer.wrap(answer));
      return Outcome.COMPLETED;
    }
  }

  @BeforeEach
  void open() throws IOException {
    PipelineFixture fixture = new PipelineFixture();
    fixture.bind(new Upstream());
    IngressSettings settings =
        new IngressSettings(
            8 * 1024,
            Duration.ofMillis(300),
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
            null,
            new HttpResources(),
            settings,
            true);
    listener = new HttpListener(settings, handler, fixture.path().inFlight(), "127.0.0.1", 0);
  }

  @AfterEach
  void close() {
    release.countDown();
    listener.close();
  }

  private Socket connect() throws IOException {
    return new Socket("127.0.0.1", listener.port());
  }

  private static String post(String body) {
    return "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body);
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String readUntil(Socket socket, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (text.indexOf(end) < 0) {
      int b = in.read();
      if (b < 0) {
        break;
      }
      text.append((char) b);
    }
    return text.toString();
  }

  @Test
  void oneConnectionServesOneRequestAfterTheOther() throws IOException {
    try (Socket socket = connect()) {
      for (int i = 0; i < 3; i++) {
        send(socket, post(BODY));
        String answer = readUntil(socket, "{\"ok\":true}");
        assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
      }
    }
  }

  @Test
  void aClientThatClosesIsNoticedWhileTheUpstreamIsSilent() throws Exception {
    try (Socket socket = connect()) {
      send(socket, post(BODY.replace("p/m", "p/wait")));
    }
    assertEquals(Reason.CLIENT_GONE, cancelled.poll(30, TimeUnit.SECONDS));
  }

  @Test
  void aPipelinedRequestIsServedAfterTheRunningOneThatWasBeingWatched() throws Exception {
    try (Socket socket = connect()) {
      send(socket, post(BODY.replace("p/m", "p/wait")));
      send(socket, post(BODY));
      // several sweeps look at the connection and find the first byte of the second request
      assertEquals(null, cancelled.poll(900, TimeUnit.MILLISECONDS));
      release.countDown();
      assertTrue(readUntil(socket, "{\"ok\":true}").startsWith("HTTP/1.1 200"));
      assertTrue(readUntil(socket, "{\"ok\":true}").contains("HTTP/1.1 200"));
    }
  }

  @Test
  void hundredsOfSilentRequestsKeepNobodyElseWaiting() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try (Socket quick = connect()) {
      for (int i = 0; i < 500; i++) {
        Socket socket = connect();
        silent.add(socket);
        send(socket, post(BODY.replace("p/m", "p/wait")));
      }
      send(quick, post(BODY));
      assertTrue(readUntil(quick, "{\"ok\":true}").startsWith("HTTP/1.1 200"));
      release.countDown();
      for (Socket socket : silent) {
        assertTrue(readUntil(socket, "{\"ok\":true}").startsWith("HTTP/1.1 200"));
      }
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void aHeadThatTricklesInIsEndedWith408() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "POST /v1/chat/completions HTTP/1.1\r\nHost:");
      String answer = readUntil(socket, "}}");
      assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
      assertTrue(answer.contains("\"invalid_request\""), answer);
    }
  }

  @Test
  void whatIsNotHttpIsRefusedInJson() throws IOException {
    for (String garbage :
        List.of(
            "GARBAGE\r\n\r\n",
            "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            "GET / HTTP/1.1\r\nHost: x\r\nX-Big: " + "a".repeat(20_000) + "\r\n\r\n")) {
      try (Socket socket = connect()) {
        send(socket, garbage);
        String answer = readUntil(socket, "}}");
        assertTrue(answer.startsWith("HTTP/1.1 4"), answer);
        assertTrue(answer.contains("\"status_code\":4"), answer);
      }
    }
  }

  @Test
  void manyWaitingRequestsDoNotKeepTheNextOneOut() throws Exception {
    List<Socket> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < 250; i++) {
        Socket socket = connect();
        waiting.add(socket);
        send(socket, post("{\"model\":\"p/wait\"}"));
      }
      try (Socket socket = connect()) {
        send(socket, post(BODY));
        assertTrue(readUntil(socket, "{\"ok\":true}").startsWith("HTTP/1.1 200"));
      }
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void aBodyInChunksIsServed() throws IOException {
    try (Socket socket = connect()) {
      send(
          socket,
          "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
              + "Transfer-Encoding: chunked\r\n\r\nf\r\n"
              + BODY
              + "\r\n0\r\n\r\n");
      assertTrue(readUntil(socket, "{\"ok\":true}").startsWith("HTTP/1.1 200"));
    }
  }

  @Test
  void aLengthBeyondAnIntegerIsTooLarge() throws IOException {
    try (Socket socket = connect()) {
      send(socket, post(BODY).replace("Length: 15", "Length: 4294967311"));
      assertTrue(readUntil(socket, "max_request_body_size_mb").startsWith("HTTP/1.1 413"));
    }
  }

  @Test
  void aCompressedBodyIsRefusedByName() throws IOException {
    try (Socket socket = connect()) {
      send(socket, post(BODY).replace("Host: x", "Host: x\r\nContent-Encoding: gzip"));
      assertTrue(readUntil(socket, "'gzip' is not supported").startsWith("HTTP/1.1 415"));
    }
  }

  @Test
  void runningRequestsEndBeforeTheListenerHasClosed() throws Exception {
    try (Socket socket = connect()) {
      send(socket, post(BODY.replace("p/m", "p/wait")));
      entered.await();
      Thread closing = Thread.startVirtualThread(listener::close);
      release.countDown();
      assertTrue(readUntil(socket, "{\"ok\":true}").startsWith("HTTP/1.1 200"));
      closing.join();
    }
  }
}
