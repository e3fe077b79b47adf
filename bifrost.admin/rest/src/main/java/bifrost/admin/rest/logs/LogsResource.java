package bifrost.admin.rest.logs;

import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import bifrost.api.model.Refusal;
import bifrost.api.storage.ConfigStore.Endpoint;
import bifrost.api.storage.LogFilter;
import bifrost.api.storage.LogPage;
import bifrost.api.storage.LogQuery;
import bifrost.api.storage.LogStore;
import bifrost.api.storage.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code GET /api/logs}, {@code /api/logs/stats}, {@code /api/logs/ID}: what was asked, from the
 * store's read endpoint. Few questions run at once, so that they never take the store from others.
 */
@Component(service = ManagementResource.class)
public final class LogsResource implements ManagementResource {
  private static final int AT_ONCE = 2;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final LogStore store;
  private final InstantSource clock;
  private final Semaphore room = new Semaphore(AT_ONCE);

  /** Wires the resource. */
  @Activate
  public LogsResource(@Reference(name = "store") LogStore store) {
    this(store, Clock.systemUTC());
  }

  LogsResource(LogStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  @Override
  public String prefix() {
    return "/api/logs";
  }

  @Override
  public ManagementAnswer handle(ManagementRequest request) {
    if (!request.method().equals("GET")) {
      return ManagementAnswer.methodNotAllowed("GET");
    }
    return switch (request.below()) {
      case "" -> page(LogParameters.page(request.query(), clock.instant()));
      case "stats" -> stats(LogParameters.filter(request.query(), clock.instant()));
      default -> one(request);
    };
  }

  private ManagementAnswer page(LogQuery query) {
    return asked(
        () -> {
          LogPage page = store.logs(Endpoint.READ, query);
          Map<String, Object> pagination = new LinkedHashMap<>();
          pagination.put("limit", query.limit());
          pagination.put("next_cursor", page.next().map(LogCursors::text).orElse(null));
          Map<String, Object> body = new LinkedHashMap<>();
          body.put("logs", page.entries().stream().map(LogBodies::log).toList());
          body.put("pagination", pagination);
          addRange(body, query.filter());
          return ManagementAnswer.ok(body);
        });
  }

  private ManagementAnswer stats(LogFilter filter) {
    return asked(
        () -> {
          Map<String, Object> body = LogBodies.stats(store.stats(Endpoint.READ, filter));
          addRange(body, filter);
          return ManagementAnswer.ok(body);
        });
  }

  private ManagementAnswer one(ManagementRequest request) {
    String id = request.below();
    if (id.length() > 256 || id.indexOf('/') >= 0 || id.indexOf('\0') >= 0) {
      return ManagementAnswer.notFound("there is no such path below /api/logs");
    }
    return asked(
        () ->
            store
                .log(Endpoint.READ, id)
                .map(entry -> ManagementAnswer.ok(LogBodies.log(entry)))
                .orElseGet(
                    () ->
                        ManagementAnswer.notFound(
                            "there is no log of request '%s'; a node writes its logs with a delay, and"
                                    .formatted(id)
                                + " old ones are deleted")));
  }

  private static void addRange(Map<String, Object> body, LogFilter filter) {
    body.put("start_time", Instant.ofEpochMilli(filter.fromMillis()).toString());
    body.put("end_time", Instant.ofEpochMilli(filter.untilMillis()).toString());
  }

  private ManagementAnswer asked(Supplier<ManagementAnswer> question) {
    boolean entered = false;
    try {
      entered = room.tryAcquire(LONGEST_WAIT.toNanos(), TimeUnit.NANOSECONDS);
      if (!entered) {
        return busy(
            "%d questions for logs are being answered, which is the limit; try again later"
                .formatted(AT_ONCE));
      }
      return question.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return busy("this node is shutting down");
    } catch (StoreException e) {
      return busy(e.getMessage() + "; try again later, or ask for a shorter range of time");
    } finally {
      if (entered) {
        room.release();
      }
    }
  }

  private static ManagementAnswer busy(String message) {
    return ManagementAnswer.refused(
        Refusal.of(503, "store_unavailable", message).retryAfter(LONGEST_WAIT));
  }
}
