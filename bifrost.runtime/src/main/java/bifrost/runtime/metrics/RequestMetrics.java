package bifrost.runtime.metrics;

import bifrost.api.journal.RequestLog;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.DoubleSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Counts requests and attempts. The series of a label set are looked up once and kept, so that a
 * request costs one map look-up; the number of label sets is bounded.
 */
@Component(service = RequestMetrics.class)
public final class RequestMetrics {
  private static final int MOST_SERIES = 2_000;
  private static final String OTHER = "other";
  private static final double[] LATENCY = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120
  };

  private static final double[] SIZES = {
    256, 1024, 4096, 16_384, 65_536, 262_144, 1 << 20, 4 << 20, 16 << 20, 64 << 20
  };
  private static final double[] OVERHEAD = {
    50, 100, 250, 500, 1000, 2500, 5000, 10_000, 50_000, 250_000, 1_000_000
  };

  private volatile DoubleSupplier active = () -> 0;
  private volatile DoubleSupplier cutPayloads = () -> 0;
  private final Counter httpRequests;
  private final Histogram httpDuration;
  private final Histogram requestSize;
  private final Histogram responseSize;
  private final Histogram overhead;
  private final Histogram interToken;
  private final Counter upstreamRequests;
  private final Histogram upstreamLatency;
  private final Counter successes;
  private final Counter errors;
  private final Counter inputTokens;
  private final Counter outputTokens;
  private final Counter cost;
  private final Histogram firstToken;
  private final Histogram retries;
  private final Counter rotations;
  private final Gauge keyUp;
  private final ConcurrentMap<Labels, Series> series = new ConcurrentHashMap<>();
  private final ConcurrentMap<HttpLabels, HttpSeries> httpSeries = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Upstream> upstreams = new ConcurrentHashMap<>();

  private final ConcurrentMap<KeyLabels, Boolean> keys = new ConcurrentHashMap<>();

  private record KeyLabels(String provider, String key) {}

  private record Labels(String provider, String model, String method) {}

  private record HttpLabels(String path, int status) {}

  private record HttpSeries(
      CounterDataPoint requests,
      DistributionDataPoint duration,
      DistributionDataPoint requestSize,
      DistributionDataPoint responseSize,
      DistributionDataPoint overhead) {}

  private record Series(
      CounterDataPoint successes,
      CounterDataPoint inputTokens,
      CounterDataPoint outputTokens,
      CounterDataPoint cost,
      DistributionDataPoint firstToken,
      DistributionDataPoint interToken,
      DistributionDataPoint retries) {}

  private record Upstream(
      CounterDataPoint completed, CounterDataPoint failed, DistributionDataPoint latency) {}

  /** Registers the metrics of the request path. */
  @Activate
  public RequestMetrics(@Reference(name = "registry") MetricRegistry registry) {
    PrometheusRegistry to = registry.registry();
    GaugeWithCallback.builder()
        .name("bifrost_active_requests")
        .help("Requests that are being served.")
        .callback(callback -> callback.call(active.getAsDouble()))
        .register(to);
    CounterWithCallback.builder()
        .name("bifrost_payloads_cut_total")
        .help("Payloads of which only a part was captured: too long, or memory was short.")
        .callback(callback -> callback.call(cutPayloads.getAsDouble()))
        .register(to);
    httpRequests =
        counter("http_requests_total", "HTTP requests by route and status.", "path", "status")
            .register(to);
    httpDuration =
        histogram("http_request_duration_seconds", "Time from request to last byte.", LATENCY)
            .labelNames("path", "status")
            .register(to);
    requestSize =
        histogram("http_request_size_bytes", "Size of the request's body.", SIZES)
            .labelNames("path", "status")
            .register(to);
    responseSize =
        histogram("http_response_size_bytes", "Size of the answer's body.", SIZES)
            .labelNames("path", "status")
            .register(to);
    overhead =
        histogram(
                "bifrost_overhead_latency_microseconds",
                "Time of a request outside its attempts upstream.",
                OVERHEAD)
            .labelNames("path", "status")
            .register(to);
    upstreamRequests =
        counter("bifrost_upstream_requests_total", "Attempts made upstream.", "provider", "outcome")
            .register(to);
    upstreamLatency =
        histogram("bifrost_upstream_latency_seconds", "Time of an attempt upstream.", LATENCY)
            .labelNames("provider")
            .register(to);
    successes =
        counter(
                "bifrost_success_requests_total",
                "Requests answered.",
                "provider",
                "model",
                "method")
            .register(to);
    errors =
        counter(
                "bifrost_error_requests_total",
                "Requests refused or failed.",
                "provider",
                "method",
                "error_type")
            .register(to);
    inputTokens = tokens("bifrost_input_tokens_total", "Input tokens.").register(to);
    outputTokens = tokens("bifrost_output_tokens_total", "Output tokens.").register(to);
    cost = tokens("bifrost_cost_total", "Cost in US dollars.").register(to);
    firstToken =
        histogram(
                "bifrost_stream_first_token_latency_seconds",
                "Time to the first content of a stream.",
                LATENCY)
            .labelNames("provider", "model")
            .register(to);
    interToken =
        histogram(
                "bifrost_stream_inter_token_latency_seconds",
                "Mean time between two pieces of a stream.",
                LATENCY)
            .labelNames("provider", "model")
            .register(to);
    retries =
        histogram(
                "bifrost_request_retries",
                "Attempts beyond the first, per request.",
                new double[] {0, 1, 2, 3, 5, 10})
            .labelNames("provider", "model")
            .register(to);
    rotations =
        counter(
                "bifrost_key_rotation_events_total",
                "Changes to another key within a request.",
                "provider",
                "reason")
            .register(to);
    keyUp =
        Gauge.builder()
            .name("bifrost_provider_key_up")
            .help("1 when the upstream accepted the key last, 0 when it refused it.")
            .labelNames("provider", "key_name")
            .register(to);
  }

  /** Shows how many requests are being served, as this tells from now on. */
  public void active(DoubleSupplier count) {
    active = count;
  }

  /** Shows how many payloads were cut, as this tells from now on. */
  public void cutPayloads(DoubleSupplier count) {
    cutPayloads = count;
  }

  /** An attempt ended. */
  public void attempted(String provider, long nanos, boolean completed) {
    Upstream upstream = upstreams.computeIfAbsent(provider, this::upstream);
    (completed ? upstream.completed : upstream.failed).inc();
    upstream.latency.observe(nanos / 1e9);
  }

  /** A request changed its key. */
  public void keyRotated(String provider, boolean dead) {
    rotations.labelValues(provider, dead ? "dead" : "rate_limited").inc();
  }

  /** An upstream accepted or refused a key. */
  public void keyUsed(String provider, String keyName, boolean accepted) {
    Boolean before = keys.put(new KeyLabels(provider, keyName), accepted);
    if (before == null || before != accepted) {
      keyUp.labelValues(provider, keyName).set(accepted ? 1 : 0);
    }
  }

  /** A request ended. */
  public void ended(String route, RequestLog log, Measured measured) {
    HttpSeries http =
        httpSeries.computeIfAbsent(new HttpLabels(route, log.status()), this::httpSeries);
    http.requests.inc();
    http.duration.observe(log.latencyMicros() / 1e6);
    http.requestSize.observe(Math.max(0, measured.bytesIn()));
    http.responseSize.observe(measured.bytesOut());
    http.overhead.observe(log.latencyMicros() - measured.upstreamNanos() / 1e3);
    if (!log.errorType().isEmpty()) {
      errors.labelValues(log.provider(), log.operation().label(), log.errorType()).inc();
    }
    if (log.attempts() > 0) {
      ended(seriesOf(log), log, measured);
    }
  }

  private static void ended(Series of, RequestLog log, Measured measured) {
    if (log.errorType().isEmpty()) {
      of.successes.inc();
    }
    of.inputTokens.inc(log.usage().inputTokens());
    of.outputTokens.inc(log.usage().outputTokens());
    if (log.costNanos() > 0) {
      of.cost.inc(log.costNanos() / 1e9);
    }
    of.retries.observe(log.attempts() - 1);
    if (log.stream() && log.firstByteMicros() >= 0) {
      of.firstToken.observe(log.firstByteMicros() / 1e6);
      if (measured.chunks() > 1) {
        of.interToken.observe(measured.streamNanos() / 1e9 / (measured.chunks() - 1));
      }
    }
  }

  private Series seriesOf(RequestLog log) {
    Labels labels = new Labels(log.provider(), log.model(), log.operation().label());
    Series known = series.get(labels);
    if (known != null) {
      return known;
    }
    // a caller may invent model names without end
    boolean room = series.size() < MOST_SERIES && log.errorType().isEmpty();
    return series.computeIfAbsent(
        room ? labels : new Labels(log.provider(), OTHER, labels.method), this::series);
  }

  private Series series(Labels of) {
    return new Series(
        successes.labelValues(of.provider, of.model, of.method),
        inputTokens.labelValues(of.provider, of.model),
        outputTokens.labelValues(of.provider, of.model),
        cost.labelValues(of.provider, of.model),
        firstToken.labelValues(of.provider, of.model),
        interToken.labelValues(of.provider, of.model),
        retries.labelValues(of.provider, of.model));
  }

  private HttpSeries httpSeries(HttpLabels of) {
    String status = Integer.toString(of.status);
    return new HttpSeries(
        httpRequests.labelValues(of.path, status),
        httpDuration.labelValues(of.path, status),
        requestSize.labelValues(of.path, status),
        responseSize.labelValues(of.path, status),
        overhead.labelValues(of.path, status));
  }

  private Upstream upstream(String provider) {
    return new Upstream(
        upstreamRequests.labelValues(provider, "completed"),
        upstreamRequests.labelValues(provider, "failed"),
        upstreamLatency.labelValues(provider));
  }

  private static Counter.Builder counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels);
  }

  private static Counter.Builder tokens(String name, String help) {
    return counter(name, help, "provider", "model");
  }

  private static Histogram.Builder histogram(String name, String help, double[] bounds) {
    return Histogram.builder().name(name).help(help).classicOnly().classicUpperBounds(bounds);
  }
}
