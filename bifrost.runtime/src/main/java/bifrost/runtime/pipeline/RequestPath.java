package bifrost.runtime.pipeline;

import bifrost.api.filter.FilterDecision;
import bifrost.api.governance.Admission;
import bifrost.api.governance.AdmissionRequest;
import bifrost.api.governance.Governor;
import bifrost.api.governance.Reservation;
import bifrost.api.governance.Settlement;
import bifrost.api.governance.Settlement.Exit;
import bifrost.api.journal.RequestLog;
import bifrost.api.model.Header;
import bifrost.api.model.Refusal;
import bifrost.api.provider.CallCancelledException;
import bifrost.api.provider.Cancellation.Reason;
import bifrost.api.provider.Deadline;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.runtime.format.ErrorReport;
import bifrost.runtime.format.InboundFormat.Parsed;
import bifrost.runtime.format.ParsedCall;
import bifrost.runtime.lease.Lease;
import bifrost.runtime.metrics.RequestMetrics;
import bifrost.runtime.provider.ProviderRegistry;
import bifrost.runtime.routing.ModelOwners;
import bifrost.runtime.routing.RetryPolicy;
import bifrost.runtime.routing.Route;
import bifrost.runtime.routing.Router;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a request, from its body to its record:
 *
 * <pre>
 *   parse    the inbound format reads what the gateway must know
 *   filter   RequestFilter services: refuse, answer, replace, or let through
 *   admit    the Governor gives a reservation, or refuses
 *   route    the Router names the candidates
 *   dispatch the Dispatcher tries them: keys, repeats, fallbacks; the answer streams to the client
 *   settle   the reservation is settled and the request recorded, exactly once, on every exit
 * </pre>
 *
 * <p>It runs on the request's own virtual thread and simply blocks.
 */
@Component(service = RequestPath.class)
public final class RequestPath {
  private static final Logger LOG = LoggerFactory.getLogger(RequestPath.class);
  private static final String JSON = "application/json";

  private final SnapshotOwner snapshots;
  private final Plugins plugins;
  private final RequestMetrics metrics;
  private final Router router;
  private final Dispatcher dispatcher;
  private final FilterChain filters = new FilterChain();
  private final Failures failures = new Failures();
  private final InFlight inFlight = new InFlight();
  private final PayloadCapture payloads = new PayloadCapture();
  private final LongSupplier nanoTime;

  /** Wires the path; every collaborator of it is a service or made here. */
  @Activate
  public RequestPath(
      @Reference(name = "snapshots") SnapshotOwner snapshots,
      @Reference(name = "registry") ProviderRegistry registry,
      @Reference(name = "plugins") Plugins plugins,
      @Reference(name = "metrics") RequestMetrics metrics) {
    this(
        snapshots,
        registry,
        plugins,
        metrics,
        () -> ThreadLocalRandom.current().nextDouble(),
        System::nanoTime);
  }

  RequestPath(
      SnapshotOwner snapshots,
      ProviderRegistry registry,
      Plugins plugins,
      RequestMetrics metrics,
      DoubleSupplier random,
      LongSupplier nanoTime) {
    this.snapshots = snapshots;
    this.plugins = plugins;
    this.metrics = metrics;
    this.nanoTime = nanoTime;
    metrics.active(inFlight::count);
    metrics.cutPayloads(payloads::cut);
    this.router = new Router(registry, new ModelOwners(), random);
    this.dispatcher =
        new Dispatcher(
            new Attempts(registry, metrics, nanoTime), new RetryPolicy(random), metrics, random);
  }

  /** The requests that are being served. */
  public InFlight inFlight() {
    return inFlight;
  }

  /** Serves one request to its end. Returns when the answer has left, or the client is gone. */
  public void serve(InboundRequest request, ClientResponse client) {
    Snapshot snapshot = snapshots.current();
    Deadline deadline = Deadline.in(snapshot.client().requestTimeout(), nanoTime);
    HeldEnd held = new HeldEnd(client);
    Exchange exchange =
        new Exchange(request, held, deadline, System.currentTimeMillis(), nanoTime.getAsLong());
    if (!inFlight.enter(exchange, snapshot.client().maxConcurrentRequests())) {
      refuse(exchange, Refusals.nodeFull(snapshot.client().maxConcurrentRequests()));
      end(exchange, held, snapshot);
      return;
    }
    try {
      parse(exchange, snapshot);
    } catch (CallCancelledException e) {
      cancelled(exchange, e.reason());
    } catch (InterruptedException e) {
      cancelled(exchange, Reason.SHUTDOWN);
    } catch (IOException e) {
      brokenBody(exchange, e);
    } catch (RuntimeException e) {
      failed(exchange, e);
    } finally {
      if (exchange.call() != null) {
        exchange.call().body().close();
      }
      end(exchange, held, snapshot);
      inFlight.leave(exchange);
    }
  }

  private void parse(Exchange exchange, Snapshot snapshot)
      throws IOException, InterruptedException {
    InboundRequest request = exchange.request();
    for (String required : snapshot.client().requiredHeaders()) {
      if (request.headers().stream().noneMatch(header -> header.is(required))) {
        refuse(exchange, Refusal.invalid(required, "header '" + required + "' is required"));
        return;
      }
    }
    switch (request.format().parse(request.operation(), request.body())) {
      case Parsed.Refused(Refusal refusal) -> refuse(exchange, refusal);
      case Parsed.Ok(ParsedCall call) -> {
        exchange.parsed(call);
        filter(exchange, snapshot);
      }
    }
  }

  private void filter(Exchange exchange, Snapshot snapshot)
      throws IOException, InterruptedException {
    switch (filters.before(plugins.filters(), exchange)) {
      case FilterChain.Verdict.Passed(var responseFilters) -> {
        ClientOutput output = new ClientOutput(exchange.client(), responseFilters);
        try {
          admit(exchange, snapshot, output);
        } finally {
          output.close();
        }
      }
      case FilterChain.Verdict.Ended(FilterDecision.Refuse(Refusal refusal)) ->
          refuse(exchange, refusal);
      case FilterChain.Verdict.Ended(FilterDecision.Answer answer) -> {
        exchange.ended(200, "", Exit.SUCCESS);
        respond(exchange, 200, answer.contentType(), answer.body(), List.of());
      }
      case FilterChain.Verdict.Ended ended ->
          throw new IllegalStateException("a filter ended the request with " + ended.decision());
    }
  }

  private void admit(Exchange exchange, Snapshot snapshot, ClientOutput output)
      throws InterruptedException {
    if (plugins.refusesMetered()) {
      refuse(exchange, Refusals.journalStuck());
      return;
    }
    Consumer<Reason> cancel = exchange.cancellation()::cancel;
    Lease<Governor> governor = plugins.governor();
    while (!governor.enter(cancel)) {
      governor = plugins.governor();
    }
    try {
      Router.Named named = router.named(exchange.call().model(), snapshot);
      switch (governor.service().admit(admissionRequest(exchange, named), snapshot)) {
        case Admission.Refused(Refusal refusal) -> refuse(exchange, refusal);
        case Admission.Granted(Reservation reservation) -> {
          exchange.ended(500, "internal_error", Exit.FAILED);
          try {
            exchange.chargedTo(reservation.charged(), named.model());
            payloads.begin(exchange, snapshot);
            dispatch(exchange, snapshot, reservation, named, output);
          } catch (CallCancelledException e) {
            cancelled(exchange, e.reason());
          } finally {
            reservation.settle(new Settlement(exchange.exit(), exchange.costNanos()));
          }
        }
      }
    } finally {
      governor.leave(cancel);
    }
  }

  private void dispatch(
      Exchange exchange,
      Snapshot snapshot,
      Reservation reservation,
      Router.Named named,
      ClientOutput output)
      throws InterruptedException {
    Route route =
        router.route(
            named,
            exchange.call().fallbacks(),
            reservation.route(exchange.request().parameters()),
            snapshot,
            reservation.entitlement());
    switch (route) {
      case Route.Nowhere(Refusal refusal) -> refuse(exchange, refusal);
      case Route.To(var candidates) -> {
        switch (dispatcher.dispatch(exchange, snapshot, reservation, candidates, output)) {
          case Dispatched.Answered answered -> exchange.ended(200, "", Exit.SUCCESS);
          case Dispatched.Refused(Refusal refusal) -> refuse(exchange, refusal);
          case Dispatched.Failed failed -> upstreamFailed(exchange, failed, output);
        }
      }
    }
  }

  private void upstreamFailed(Exchange exchange, Dispatched.Failed failed, ClientOutput output) {
    UpstreamFailure failure = failed.failure();
    ErrorReport report = failures.report(exchange, failure, failed.allKeysDead());
    exchange.ended(report.status(), report.type(), failed.committed() ? Exit.CUT : Exit.FAILED);
    if (!failed.committed()) {
      List<Header> headers =
          failure.retryAfter().map(RequestPath::retryAfter).map(List::of).orElse(List.of());
      respond(exchange, report.status(), JSON, exchange.request().format().error(report), headers);
    } else if (exchange.call().stream() && !output.ended()) {
      exchange
          .client()
          .write(ByteBuffer.wrap(exchange.request().format().streamError(report)), true);
    } else {
      exchange.client().abort();
    }
  }

  private static AdmissionRequest admissionRequest(Exchange exchange, Router.Named named) {
    InboundRequest request = exchange.request();
    ParsedCall call = exchange.call();
    return new AdmissionRequest(
        request.id(),
        request.operation(),
        request.credential(),
        named.provider().map(provider -> provider.id()),
        named.model(),
        call.body().promptBytes(),
        call.maxOutputTokens(),
        call.choices(),
        request.headers());
  }

  private void refuse(Exchange exchange, Refusal refusal) {
    exchange.ended(refusal.status(), refusal.type(), Exit.REFUSED);
    ErrorReport report =
        ErrorReport.of(
            refusal,
            exchange.call() == null ? "" : exchange.call().model(),
            Optional.of(exchange.request().operation()));
    List<Header> headers = new ArrayList<>(1);
    refusal.retryAfter().ifPresent(after -> headers.add(retryAfter(after)));
    respond(exchange, refusal.status(), JSON, exchange.request().format().error(report), headers);
  }

  private void cancelled(Exchange exchange, Reason reason) {
    switch (reason) {
      case CLIENT_GONE -> exchange.ended(499, "cancelled", Exit.CLIENT_GONE);
      case DEADLINE -> late(exchange, 504, "upstream_timeout", "the deadline passed", Exit.TIMEOUT);
      case SHUTDOWN ->
          late(exchange, 503, "overloaded", "this node is shutting down", Exit.SHUTDOWN);
      case PROVIDER_GONE ->
          late(
              exchange,
              503,
              "provider_unavailable",
              "the provider was taken out and its drain limit was reached",
              Exit.SHUTDOWN);
    }
  }

  private void late(Exchange exchange, int status, String type, String message, Exit exit) {
    exchange.ended(status, type, exit);
    ErrorReport report = exchange.report(status, type, message + "; try again");
    if (exchange.client().committed()) {
      exchange.client().abort();
    } else {
      respond(exchange, status, JSON, exchange.request().format().error(report), List.of());
    }
  }

  private void brokenBody(Exchange exchange, IOException e) {
    Refusal refusal = BodyFaults.refusal(e);
    LOG.debug("{} body broke off: {}", exchange.request().id(), e.toString());
    refuse(exchange, refusal);
  }

  private void failed(Exchange exchange, RuntimeException e) {
    LOG.warn("{} failed inside the gateway", exchange.request().id(), e);
    exchange.ended(500, "internal_error", Exit.FAILED);
    ErrorReport report =
        exchange.report(
            500,
            "internal_error",
            "the gateway failed on request %s; its log has the cause"
                .formatted(exchange.request().id()));
    if (exchange.client().committed()) {
      exchange.client().abort();
    } else {
      respond(exchange, 500, JSON, exchange.request().format().error(report), List.of());
    }
  }

  private static void respond(
      Exchange exchange, int status, String contentType, byte[] body, List<Header> headers) {
    try {
      exchange.client().head(status, contentType, body.length, headers);
      exchange.client().write(ByteBuffer.wrap(body), true);
    } catch (CallCancelledException e) {
      LOG.debug("{} client gone before its answer", exchange.request().id());
    }
  }

  /** Records the request, and only then lets its client see the end. */
  private void end(Exchange exchange, HeldEnd held, Snapshot snapshot) {
    record(exchange, snapshot.client().enableLogging());
    try {
      held.release();
    } catch (CallCancelledException e) {
      LOG.debug("{} client gone before the end of its answer", exchange.request().id());
    }
  }

  private void record(Exchange exchange, boolean logged) {
    RequestLog log = exchange.log(nanoTime.getAsLong());
    metrics.ended(exchange.request().route(), log, exchange.measured());
    if (logged) {
      plugins.append(log);
    }
    payloads.end(exchange).ifPresent(plugins::append);
  }

  private static Header retryAfter(Duration after) {
    long seconds = Math.max(1, (after.toMillis() + 999) / 1000);
    return new Header("Retry-After", Long.toString(seconds));
  }
}
