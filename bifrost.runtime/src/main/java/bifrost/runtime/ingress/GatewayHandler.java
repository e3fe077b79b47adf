package bifrost.runtime.ingress;

import bifrost.api.http.HttpResource;
import bifrost.api.model.Operation;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.runtime.format.InboundBody;
import bifrost.runtime.ingress.Routes.Route;
import bifrost.runtime.pipeline.InboundRequest;
import bifrost.runtime.pipeline.RequestPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each request where its path belongs: inference, pages of the node, resources of bundles.
 */
final class GatewayHandler extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayHandler.class);
  private static final long UPLOAD_KEPT = 1 << 20;
  private static final String REQUEST_ID = "x-bf-request-id";

  private final Routes routes;
  private final RequestPath path;
  private final SnapshotOwner snapshots;
  private final Pages pages;
  private final HttpResources resources;
  private final IngressSettings settings;
  private final boolean loopback;
  private final BodyMemory memory = BodyMemory.ofHeap();
  private final RequestIds ids = new RequestIds();
  private volatile boolean stopping;

  GatewayHandler(
      Routes routes,
      RequestPath path,
      SnapshotOwner snapshots,
      Pages pages,
      HttpResources resources,
      IngressSettings settings,
      boolean loopback) {
    this.routes = routes;
    this.path = path;
    this.snapshots = snapshots;
    this.pages = pages;
    this.resources = resources;
    this.settings = settings;
    this.loopback = loopback;
  }

  /** From now on every answer asks its client to close the connection. */
  void stopping() {
    stopping = true;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String id = ids.next();
    response.getHeaders().put(REQUEST_ID, id);
    if (stopping) {
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
    }
    WatchedEndPoint endPoint = endPoint(request);
    endPoint.servingBegins();
    boolean cut = true;
    try {
      cut = dispatch(request, response, endPoint, id);
    } catch (IOException e) {
      LOG.debug("{} client gone: {}", id, e.toString());
    } catch (RuntimeException e) {
      LOG.warn("{} failed in the ingress", id, e);
      cut = !fail(response, 500, "the gateway failed on this request; its log has the cause");
    } finally {
      endPoint.servingEnds();
    }
    if (cut) {
      callback.failed(new EofException("the answer was cut"));
    } else {
      callback.succeeded();
    }
    return true;
  }

  /** Serves the request; returns whether its connection has to be cut. */
  private boolean dispatch(Request request, Response response, WatchedEndPoint endPoint, String id)
      throws IOException {
    String canonical = Request.getPathInContext(request);
    Optional<Route> found = routes.find(canonical);
    if (found.isEmpty()) {
      return resource(request, response, id, canonical);
    }
    Route route = found.get();
    if (!route.method().equals(request.getMethod())
        && !(route.method().equals("GET") && request.getMethod().equals("HEAD"))) {
      response.getHeaders().put(HttpHeader.ALLOW, route.method());
      return !fail(
          response,
          405,
          "method %s is not allowed on %s, use %s"
              .formatted(request.getMethod(), canonical, route.method()));
    }
    return switch (route) {
      case Route.Inference inference -> infer(request, response, endPoint, id, inference);
      case Route.Models models -> {
        pages.models(request, response, models, canonical, id);
        yield false;
      }
      case Route.Page page -> {
        pages.page(request, response, page.kind());
        yield false;
      }
    };
  }

  private boolean infer(
      Request request,
      Response response,
      WatchedEndPoint endPoint,
      String id,
      Route.Inference route) {
    String coding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
    if (coding != null && !coding.equalsIgnoreCase("identity")) {
      return !fail(
          response,
          415,
          "Content-Encoding '%s' is not supported, send the body uncompressed"
              .formatted(clip(coding)));
    }
    JettyClientResponse client = new JettyClientResponse(response, endPoint);
    RequestInput input =
        input(request, route.operation() == Operation.TRANSCRIPTION ? UPLOAD_KEPT : Long.MAX_VALUE);
    Optional<Secret> credential = Credentials.virtualKey(request.getHeaders());
    String contentType = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    request.addIdleTimeoutListener(timeout -> client.writing() || input.reading());
    try {
      path.serve(
          new InboundRequest(
              id,
              route.operation(),
              route.format(),
              route.template(),
              credential,
              Credentials.without(request.getHeaders()),
              parameters(request),
              new InboundBody(contentType == null ? "" : contentType, request.getLength(), input)),
          client);
    } finally {
      input.release();
    }
    return client.aborted() || !response.isCommitted();
  }

  private boolean resource(Request request, Response response, String id, String canonical)
      throws IOException {
    Optional<HttpResource> resource = resources.find(canonical);
    if (resource.isEmpty()) {
      return !fail(
          response,
          404,
          "no such path: %s; inference is at %s".formatted(clip(canonical), "/v1/..."));
    }
    RequestInput input = input(request, Long.MAX_VALUE);
    try {
      JettyExchange exchange = new JettyExchange(request, response, canonical, id, loopback, input);
      resource.get().handle(exchange);
      return !exchange.answered();
    } finally {
      input.release();
    }
  }

  private RequestInput input(Request request, long keptAtMost) {
    return new RequestInput(
        Content.Source.asInputStream(request),
        snapshots.current().client().maxBodyBytes(),
        settings.minUploadRate(),
        memory,
        keptAtMost);
  }

  /** Answers with an error, unless an answer has begun. */
  private static boolean fail(Response response, int status, String message) {
    if (response.isCommitted()) {
      return false;
    }
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    try {
      Content.Sink.write(response, true, ByteBuffer.wrap(JsonErrorHandler.body(status, message)));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Map<String, String> parameters(Request request) {
    String query = request.getHttpURI().getQuery();
    if (query == null || query.isEmpty()) {
      return Map.of();
    }
    Map<String, String> parameters = new HashMap<>();
    for (Fields.Field field : Request.extractQueryParameters(request)) {
      parameters.put(field.getName(), field.getValue());
    }
    return parameters;
  }

  private static String clip(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  private static WatchedEndPoint endPoint(Request request) {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    return (WatchedEndPoint) endPoint;
  }
}
