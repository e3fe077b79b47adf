package bifrost.admin.rest.frame;

import bifrost.admin.rest.auth.Access;
import bifrost.admin.rest.auth.AccessRule;
import bifrost.admin.rest.auth.BrowserRule;
import bifrost.admin.rest.auth.SessionResource;
import bifrost.api.http.HttpExchange;
import bifrost.api.http.HttpResource;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementResource;
import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Refusal;
import bifrost.api.storage.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The management API: decides who may ask, finds the resource, and writes its answer or the one
 * shape of errors.
 */
@Component(service = HttpResource.class)
public final class ManagementFrame implements HttpResource {
  private static final Logger LOG = LoggerFactory.getLogger(ManagementFrame.class);
  private static final String PREFIX = "/api";

  private final ResourceTable resources;
  private final AccessRule access;
  private final SessionResource sessions;
  private final JsonBodies json = new JsonBodies();

  /** Wires the frame. */
  @Activate
  public ManagementFrame(
      @Reference(name = "resources") ResourceTable resources,
      @Reference(name = "access") AccessRule access) {
    this.resources = resources;
    this.access = access;
    this.sessions = new SessionResource(access);
  }

  @Override
  public String prefix() {
    return PREFIX;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    ManagementAnswer answer;
    try {
      answer = answer(exchange);
    } catch (UnsupportedBodyException e) {
      answer = ManagementAnswer.refused(e.refusal());
    } catch (InvalidConfigException e) {
      answer = ManagementAnswer.refused(invalid(e));
    } catch (StoreException e) {
      LOG.warn("{} {} {} failed", exchange.requestId(), exchange.method(), exchange.path(), e);
      answer =
          ManagementAnswer.refused(
              Refusal.of(503, "overloaded", "the store cannot be used now; try again")
                  .retryAfter(Duration.ofSeconds(5)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (RuntimeException e) {
      LOG.warn("{} {} {} failed", exchange.requestId(), exchange.method(), exchange.path(), e);
      answer =
          ManagementAnswer.refused(
              Refusal.of(
                  500,
                  "internal_error",
                  "the gateway failed on request %s; its log has the cause"
                      .formatted(exchange.requestId())));
    }
    write(exchange, answer);
  }

  private ManagementAnswer answer(HttpExchange exchange) {
    Optional<Refusal> foreign = BrowserRule.check(exchange, access.allowedOrigins());
    if (foreign.isPresent()) {
      return ManagementAnswer.refused(foreign.get());
    }
    if (sessions.isAbout(exchange.path())) {
      return sessions.handle(
          exchange, new FrameRequest(exchange, json, SessionResource.PREFIX, ""));
    }
    return switch (access.check(exchange)) {
      case Access.Refused(ManagementAnswer refusal) -> refusal;
      case Access.Granted(String actor) -> dispatch(exchange, actor);
    };
  }

  private ManagementAnswer dispatch(HttpExchange exchange, String actor) {
    String path = exchange.path();
    Optional<ResourceTable.Entry> found = resources.find(path);
    if (found.isPresent()) {
      ManagementResource resource = found.get().resource();
      return resource.handle(new FrameRequest(exchange, json, found.get().prefix(), actor));
    }
    if (path.equals(PREFIX) || path.equals(PREFIX + "/")) {
      List<String> prefixes = new ArrayList<>(resources.prefixes());
      prefixes.add(SessionResource.PREFIX);
      return ManagementAnswer.ok(Map.of("resources", prefixes.stream().sorted().toList()));
    }
    return ManagementAnswer.notFound(
        "there is no %s; GET /api lists what there is".formatted(clip(path)));
  }

  private void write(HttpExchange exchange, ManagementAnswer answer) throws IOException {
    answer.headers().forEach(exchange::setHeader);
    exchange.setHeader("Cache-Control", "no-store");
    exchange.setHeader("X-Content-Type-Options", "nosniff");
    Optional<Refusal> refusal = answer.refusal();
    refusal
        .flatMap(Refusal::retryAfter)
        .ifPresent(
            after ->
                exchange.setHeader(
                    "Retry-After", Long.toString(Math.max(1, (after.toMillis() + 999) / 1000))));
    if (refusal.isPresent()) {
      Map<?, ?> extra = answer.body() instanceof Map<?, ?> fields ? fields : Map.of();
      Object body = ErrorBody.of(refusal.get(), extra);
      exchange.respond(answer.status(), "application/json", json.bytes(body));
    } else if (isNotModified(exchange, answer)) {
      exchange.respond(304, "", new byte[0]);
    } else if (answer.body() == null) {
      exchange.respond(answer.status(), "", new byte[0]);
    } else {
      exchange.respond(answer.status(), "application/json", json.bytes(answer.body()));
    }
  }

  private static boolean isNotModified(HttpExchange exchange, ManagementAnswer answer) {
    boolean read = exchange.method().equals("GET") || exchange.method().equals("HEAD");
    String tag = answer.headers().get("ETag");
    return read
        && tag != null
        && EntityTags.matches(exchange.header("If-None-Match").orElse(""), tag);
  }

  /** The field at fault goes into {@code param}. */
  private static Refusal invalid(InvalidConfigException e) {
    return e.path().isEmpty()
        ? Refusal.of(400, "invalid_request", e.getMessage())
        : Refusal.invalid(e.path(), e.getMessage());
  }

  private static String clip(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }
}
