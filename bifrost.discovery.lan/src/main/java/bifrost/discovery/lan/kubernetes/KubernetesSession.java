package bifrost.discovery.lan.kubernetes;

import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import bifrost.api.cluster.PeerDiscovery;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Lists the pods, then watches them from the version of the list on; a watch that ends is opened
 * again where it ended, and everything is listed again when the server no longer has that version
 * (410 Gone). One thread owns it.
 */
final class KubernetesSession implements PeerDiscovery.Session {
  private static final int PAGE = 500;
  private static final int MAX_PAGES = 64;
  private static final int MAX_PAGE_BYTES = 32 << 20;
  private static final int MAX_EVENT_BYTES = 2 << 20;
  private static final int GONE = 410;
  private static final int MOST_DOUBLINGS = 5;
  private static final Duration MOST_PAUSE = Duration.ofSeconds(30);
  private static final Duration CLOSE = Duration.ofSeconds(4);

  private final KubernetesSettings settings;
  private final PeerDiscovery.Observer observer;
  private final ApiServer server;
  private final Pods pods;
  private final ObjectMapper json = new ObjectMapper();
  private final ScheduledExecutorService limits =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("bifrost-discovery-kubernetes-limits").factory());
  private final Thread thread;
  private volatile boolean closed;
  private boolean hasAnswered;

  /** The version of the last list or event; empty when everything is to be listed. */
  private String version = "";

  KubernetesSession(KubernetesSettings settings, PeerDiscovery.Observer observer) {
    this.settings = settings;
    this.observer = observer;
    this.server = new ApiServer(settings);
    this.pods = new Pods(settings.port());
    this.thread = Thread.ofVirtual().name("bifrost-discovery-kubernetes").start(this::run);
  }

  private void run() {
    int failures = 0;
    try {
      while (!closed) {
        try {
          if (version.isEmpty()) {
            list();
          }
          watch();
          failures = 0;
        } catch (ApiFailedException e) {
          if (closed) {
            return;
          }
          if (e.isGone()) {
            version = "";
          } else {
            observer.failed(e.failure());
          }
          Thread.sleep(pause(failures++));
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private Duration pause(int failures) {
    Duration pause = settings.pause().multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
    return pause.compareTo(MOST_PAUSE) < 0 ? pause : MOST_PAUSE;
  }

  private void list() throws ApiFailedException, InterruptedException {
    String next = "";
    String listed = "";
    pods.clear();
    for (int page = 0; page < MAX_PAGES; page++) {
      JsonNode list = page(next);
      JsonNode items = list.path("items");
      if (!items.isArray() && !items.isNull() && !items.isMissingNode()
          || !list.path("metadata").isObject()) {
        throw new ApiFailedException(
            Reason.INVALID_ANSWER,
            "the API server " + settings.api() + " answers with something else than pods",
            false);
      }
      items.forEach(pods::put);
      listed = list.path("metadata").path("resourceVersion").asString("");
      next = list.path("metadata").path("continue").asString("");
      if (next.isEmpty()) {
        break;
      }
    }
    version = listed;
    report();
  }

  private JsonNode page(String next) throws ApiFailedException, InterruptedException {
    String query = "limit=" + PAGE + (next.isEmpty() ? "" : "&continue=" + ApiServer.encode(next));
    try (InputStream body = server.pods(query);
        Limit limit = limit(body, settings.timeout())) {
      byte[] whole = limit.within(() -> BoundedLines.all(body, MAX_PAGE_BYTES));
      return json.readTree(whole);
    } catch (IOException | JacksonException e) {
      throw server.failed(e);
    }
  }

  private void watch() throws ApiFailedException, InterruptedException {
    String query =
        "watch=1&allowWatchBookmarks=true&timeoutSeconds=%d&resourceVersion=%s"
            .formatted(Math.max(1, settings.watch().toSeconds()), ApiServer.encode(version));
    try (InputStream body = server.pods(query);
        Limit limit = limit(body, settings.watch().plus(settings.timeout()))) {
      BoundedLines lines = new BoundedLines(body, MAX_EVENT_BYTES);
      report(); // the server answers: an outage is over
      for (byte[] line = limit.within(lines::next);
          line != null;
          line = limit.within(lines::next)) {
        take(json.readTree(line));
      }
    } catch (IOException | JacksonException e) {
      throw server.failed(e);
    }
  }

  private void take(JsonNode event) throws ApiFailedException {
    JsonNode object = event.path("object");
    String type = event.path("type").asString("");
    if (type.equals("ERROR")) {
      int code = object.path("code").asInt(0);
      throw new ApiFailedException(
          ApiServer.reason(code),
          "the API server %s ends the watch with %d".formatted(settings.api(), code),
          code == GONE);
    }
    switch (type) {
      case "ADDED", "MODIFIED" -> pods.put(object);
      case "DELETED" -> pods.remove(object);
      case "BOOKMARK" -> {
        // says the version only
      }
      default ->
          throw new ApiFailedException(
              Reason.INVALID_ANSWER,
              "the API server " + settings.api() + " sends an event of no known type",
              true);
    }
    String seen = object.path("metadata").path("resourceVersion").asString("");
    version = seen.isEmpty() ? version : seen;
    if (!type.equals("BOOKMARK")) {
      report();
    }
  }

  private void report() {
    if (closed) {
      return;
    }
    if (!hasAnswered) {
      hasAnswered = true;
      observer.registered();
    }
    observer.malformed(pods.malformed(), pods.example());
    if (pods.problem().isEmpty()) {
      observer.found(pods.candidates());
    } else {
      observer.foundInPart(
          pods.candidates(), new DiscoveryFailure(Reason.INVALID_ANSWER, pods.problem()));
    }
  }

  /** Closes a body that is not read to its end in time. */
  private Limit limit(InputStream body, Duration time) {
    AtomicBoolean over = new AtomicBoolean();
    ScheduledFuture<?> end =
        limits.schedule(
            () -> {
              over.set(true);
              body.close();
              return null;
            },
            time.toMillis(),
            TimeUnit.MILLISECONDS);
    return new Limit(end, over, time);
  }

  /** A time limit that is lifted by closing. */
  private record Limit(ScheduledFuture<?> end, AtomicBoolean over, Duration time)
      implements AutoCloseable {
    /** Reads, unless the time is over: then the body was closed, which looks like its end. */
    byte[] within(Reading reading) throws IOException {
      byte[] read = null;
      IOException failed = null;
      try {
        read = reading.read();
      } catch (IOException e) {
        failed = e;
      }
      if (over.get()) {
        throw new IOException("no end after " + time.toMillis() + " ms");
      }
      if (failed != null) {
        throw failed;
      }
      return read;
    }

    @Override
    public void close() {
      end.cancel(false);
    }
  }

  /** Reads a part of a body; null at its end. */
  @FunctionalInterface
  private interface Reading {
    byte[] read() throws IOException;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    server.close();
    limits.shutdownNow();
    if (thread != Thread.currentThread()) {
      try {
        thread.join(CLOSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
