package bifrost.runtime.ingress;

import bifrost.api.model.Answer;
import bifrost.api.model.Header;
import bifrost.api.model.Operation;
import bifrost.api.model.Refusal;
import bifrost.api.status.NodeStatus;
import bifrost.runtime.format.ErrorReport;
import bifrost.runtime.format.InboundFormat;
import bifrost.runtime.ingress.Routes.Route;
import bifrost.runtime.json.JsonStrings;
import bifrost.runtime.metrics.MetricRegistry;
import bifrost.runtime.pipeline.ModelList;
import bifrost.runtime.pipeline.ModelList.Listing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The pages that the core answers itself: health, readiness, metrics, models. */
@Component(service = Pages.class)
public final class Pages {
  private static final String JSON = "application/json";

  private final NodeStatus status;
  private final MetricRegistry metrics;
  private final ModelList models;

  /** Wires the pages. */
  @Activate
  public Pages(
      @Reference(name = "status") NodeStatus status,
      @Reference(name = "metrics") MetricRegistry metrics,
      @Reference(name = "models") ModelList models) {
    this.status = status;
    this.metrics = metrics;
    this.models = models;
  }

  void page(Request request, Response response, Route.Page.Kind kind) throws IOException {
    switch (kind) {
      case HEALTH -> respond(request, response, 200, JSON, utf8("{\"status\":\"ok\"}"));
      case READY -> ready(request, response);
      case METRICS -> respond(request, response, 200, MetricRegistry.CONTENT_TYPE, metrics.page());
    }
  }

  private void ready(Request request, Response response) throws IOException {
    NodeStatus.Readiness now = status.readiness();
    NodeStatus.Boot boot = status.boot();
    NodeStatus.LocalCopy local = status.localCopy();
    String body =
        ("{\"ready\":%b,\"missing\":[%s],\"source\":%s,\"boot_seconds\":%s,\"uptime_seconds\":%d,\"node_id\":%s,\"epoch\":%d,"
                + "\"local_snapshot\":{\"age_seconds\":%s,\"bytes\":%d,\"booted_from\":%b,\"caught_up\":%b}}")
            .formatted(
                now.ready(),
                now.missing().stream().map(JsonStrings::encode).collect(Collectors.joining(",")),
                JsonStrings.encode(boot.source()),
                boot.bootTime().toMillis() / 1000.0,
                boot.uptime().toSeconds(),
                JsonStrings.encode(boot.nodeId()),
                boot.epoch(),
                local.age().map(Duration::toSeconds).map(String::valueOf).orElse("null"),
                local.bytes(),
                local.booted(),
                local.caughtUp());
    respond(request, response, now.ready() ? 200 : 503, JSON, utf8(body));
  }

  /** The list of models, or one of them. */
  void models(Request request, Response response, Route.Models route, String path, String requestId)
      throws IOException {
    InboundFormat format = route.format();
    List<Header> headers = Credentials.without(request.getHeaders());
    Listing listing;
    try {
      listing = models.list(requestId, Credentials.virtualKey(request.getHeaders()), headers);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      listing = new Listing.Refused(Refusal.of(503, "overloaded", "this node is shutting down"));
    }
    switch (listing) {
      case Listing.Refused(Refusal refusal) -> refuse(request, response, format, refusal);
      case Listing.Models(Answer.Models all) -> {
        if (path.length() <= route.prefix().length()) {
          respond(request, response, 200, JSON, format.models(all));
        } else {
          one(request, response, format, all, path.substring(route.prefix().length()));
        }
      }
    }
  }

  private void one(
      Request request, Response response, InboundFormat format, Answer.Models all, String id)
      throws IOException {
    Optional<Answer.Model> found =
        all.models().stream().filter(model -> model.id().equals(id)).findFirst();
    if (found.isPresent()) {
      respond(request, response, 200, JSON, format.model(found.get()));
    } else {
      refuse(
          request,
          response,
          format,
          Refusal.of(
              404, "model_not_found", "no model '%s'; ids are provider/model".formatted(id)));
    }
  }

  private static void refuse(
      Request request, Response response, InboundFormat format, Refusal refusal)
      throws IOException {
    ErrorReport report = ErrorReport.of(refusal, "", Optional.of(Operation.LIST_MODELS));
    respond(request, response, refusal.status(), JSON, format.error(report));
  }

  private static void respond(
      Request request, Response response, int status, String contentType, byte[] body)
      throws IOException {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    boolean head = request.getMethod().equals("HEAD");
    Content.Sink.write(response, true, ByteBuffer.wrap(head ? new byte[0] : body));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
