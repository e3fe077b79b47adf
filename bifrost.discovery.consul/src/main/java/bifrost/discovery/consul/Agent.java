package bifrost.discovery.consul;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.math.BigInteger;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.kiwiproject.consul.Consul;
import org.kiwiproject.consul.ConsulException;
import org.kiwiproject.consul.model.ConsulResponse;
import org.kiwiproject.consul.model.agent.Registration;
import org.kiwiproject.consul.model.health.Service;
import org.kiwiproject.consul.model.health.ServiceHealth;
import org.kiwiproject.consul.option.ConsistencyMode;
import org.kiwiproject.consul.option.ImmutableQueryOptions;
import org.kiwiproject.consul.option.QueryOptions;

/**
 * One agent of Consul. Each call has a deadline of its own, which also ends it in the middle of an
 * answer, and fails with one line that names the agent. Safe for any thread.
 */
final class Agent implements AutoCloseable {
  private static final String NEEDED =
      ": consul_token needs service:write and service:read for the service, and node:read";
  private static final Pattern PREAMBLE =
      Pattern.compile("Consul request to \\[[^]]*] failed with status \\[[0-9]+]:? ?");
  private static final int MAX_TOLD = 200;
  private static final int UNAUTHENTICATED = 401;
  private static final int FORBIDDEN = 403;
  private static final int CLIENT_ERROR = 400;
  private static final int SERVER_ERROR = 500;

  private final String name;
  private final Duration timeout;
  private final Duration maxWait;
  private final ExecutorService threads;
  private final Consul client;

  Agent(Candidate address, ConsulSettings settings) {
    this.name = address.address();
    this.timeout = settings.timeout();
    this.maxWait = settings.maxWait();
    this.threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("bifrost-discovery-consul-call").factory());
    long blocking = blockingTimeout().toMillis();
    Consul.Builder builder =
        Consul.builder()
            .withHttps(settings.tls().enabled())
            .withHostAndPort(HostAndPort.fromParts(address.host(), address.port()))
            .withPing(false)
            .withConnectTimeoutMillis(timeout.toMillis())
            .withWriteTimeoutMillis(timeout.toMillis())
            .withReadTimeoutMillis(blocking)
            .withExecutorService(threads)
            .withConsulFailoverInterceptor(new LimitedBody());
    if (settings.tls().enabled()) {
      builder.withSslContext(settings.tls().context()).withTrustManager(settings.tls().trusted());
    }
    if (!settings.token().isEmpty()) {
      builder.withTokenAuth(settings.token().reveal());
    }
    this.client = builder.build();
  }

  /** Its address, for messages. */
  String name() {
    return name;
  }

  /**
   * What a service has now.
   *
   * @param instances what is registered
   * @param index for the next question
   */
  record Page(Instances instances, BigInteger index) {}

  void register(Registration registration) throws ConsulFailedException, InterruptedException {
    call(
        timeout,
        () -> {
          client.agentClient().register(registration);
          return true;
        });
  }

  /** The metadata of a registration with this agent; empty when there is none. */
  Optional<Map<String, String>> registered(String id)
      throws ConsulFailedException, InterruptedException {
    // The client's question for one service takes every failure for "not registered".
    QueryOptions onlyThis = ImmutableQueryOptions.builder().filter("ID == \"" + id + "\"").build();
    return call(
        timeout,
        () ->
            Optional.ofNullable(client.agentClient().getServices(onlyThis).get(id))
                .map(Service::getMeta));
  }

  void deregister(String id) throws ConsulFailedException, InterruptedException {
    call(
        timeout,
        () -> {
          client.agentClient().deregister(id);
          return true;
        });
  }

  List<String> datacenters() throws ConsulFailedException, InterruptedException {
    return call(timeout, () -> List.copyOf(client.catalogClient().getDatacenters()));
  }

  /** The names of all services of a data centre, with their tags. */
  Map<String, List<String>> services(String datacenter)
      throws ConsulFailedException, InterruptedException {
    QueryOptions options =
        ImmutableQueryOptions.builder()
            .datacenter(datacenter)
            .consistencyMode(ConsistencyMode.STALE)
            .build();
    return call(
        timeout, () -> Map.copyOf(client.catalogClient().getServices(options).getResponse()));
  }

  /**
   * The instances of a service, healthy or not. Any server of the data centre may answer, so that
   * one without a leader still does.
   *
   * @param index answers when the service has changed since, or after the wait; zero answers now
   */
  Page instances(String service, String datacenter, BigInteger index)
      throws ConsulFailedException, InterruptedException {
    ImmutableQueryOptions.Builder options =
        index.signum() > 0
            ? QueryOptions.blockSeconds((int) Math.max(1, maxWait.toSeconds()), index)
            : ImmutableQueryOptions.builder();
    options.datacenter(datacenter).consistencyMode(ConsistencyMode.STALE);
    return call(
        index.signum() > 0 ? blockingTimeout() : timeout,
        () -> {
          ConsulResponse<List<ServiceHealth>> answer =
              client.healthClient().getAllServiceInstances(service, options.build());
          return new Page(Instances.read(datacenter, answer.getResponse()), answer.getIndex());
        });
  }

  /** The wait, the sixteenth that the server adds by chance, and the time of a call. */
  private Duration blockingTimeout() {
    return maxWait.plus(maxWait.dividedBy(16)).plus(timeout);
  }

  /** Runs a call on a thread that an interrupt takes out of its socket. */
  private <T> T call(Duration limit, Callable<T> call)
      throws ConsulFailedException, InterruptedException {
    Future<T> running;
    try {
      running = threads.submit(call);
    } catch (RejectedExecutionException e) {
      throw new InterruptedException("closed");
    }
    try {
      return running.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new ConsulFailedException(
          Reason.UNREACHABLE,
          "%s does not answer within %d ms".formatted(name, limit.toMillis()),
          true);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } finally {
      running.cancel(true);
    }
  }

  private ConsulFailedException failure(Throwable thrown) {
    if (thrown instanceof ConsulException answered && answered.hasCode()) {
      int code = answered.getCode();
      boolean refused = code >= CLIENT_ERROR && code < SERVER_ERROR;
      String hint = code == FORBIDDEN ? NEEDED : "";
      return new ConsulFailedException(
          reason(code),
          "%s answers %d%s (%s)".formatted(name, code, hint, told(answered.getMessage())),
          !refused);
    }
    Throwable cause = thrown;
    while (cause.getCause() != null && !(cause instanceof IOException)) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return new ConsulFailedException(
        reason(cause),
        "%s: %s"
            .formatted(name, told(message == null ? cause.getClass().getSimpleName() : message)),
        true);
  }

  private static Reason reason(int code) {
    return switch (code) {
      case UNAUTHENTICATED, FORBIDDEN -> Reason.UNAUTHORISED;
      default -> code >= SERVER_ERROR ? Reason.UNAVAILABLE : Reason.INVALID_ANSWER;
    };
  }

  private static Reason reason(Throwable cause) {
    return switch (cause) {
      case SSLException e -> Reason.UNTRUSTED;
      case ProtocolException e -> Reason.INVALID_ANSWER;
      case JsonProcessingException e -> Reason.INVALID_ANSWER;
      case IOException e -> Reason.UNREACHABLE;
      default -> Reason.INVALID_ANSWER;
    };
  }

  /** One printable line of bounded length, without what the client puts before the answer. */
  private static String told(String text) {
    String line =
        PREAMBLE
            .matcher(text.substring(0, Math.min(text.length(), 4 * MAX_TOLD)))
            .replaceFirst("")
            .replaceAll("[^ -~]+", " ")
            .strip();
    return line.length() <= MAX_TOLD ? line : line.substring(0, MAX_TOLD) + "...";
  }

  /** Ends running calls. */
  @Override
  public void close() {
    threads.shutdownNow();
    client.destroy();
  }
}
