package bifrost.it.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import bifrost.tck.upstream.UpstreamSimulator;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One gateway and one upstream simulator behind it, shared by all test classes that ask for it as a
 * parameter; {@code lab.json} is the gateway's configuration. Scripts and records of the simulator
 * are cleared before each test.
 */
public final class Lab implements AutoCloseable {
  private final UpstreamSimulator upstream = UpstreamSimulator.start();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final GatewayProcess gateway;

  private Lab() throws InterruptedException {
    gateway =
        GatewayProcess.builder()
            .config(config("lab.json", upstream.baseUrl()))
            .env("LAB_OPENAI_KEY", "sk-openai")
            .start();
  }

  /** A configuration of the test resources, for an upstream. */
  public static String config(String resource, String upstream) {
    try (InputStream in = Lab.class.getResourceAsStream("/" + resource)) {
      return new String(in.readAllBytes(), UTF_8).replace("UPSTREAM", upstream);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The upstream of all providers but {@code echo}. */
  public UpstreamSimulator upstream() {
    return upstream;
  }

  /** The gateway. */
  public GatewayProcess gateway() {
    return gateway;
  }

  /** Sends a JSON body and reads the whole answer. */
  public HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(gateway.uri(path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** Sends a chat request for a model and reads the whole answer. */
  public HttpResponse<String> chat(String model) throws IOException, InterruptedException {
    return post("/v1/chat/completions", chatBody(model));
  }

  /** Reads a path. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(gateway.uri(path)).timeout(Duration.ofSeconds(60)).build(),
        BodyHandlers.ofString());
  }

  /** The smallest chat request for a model. */
  public static String chatBody(String model) {
    return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
  }

  /** The smallest streamed chat request for a model. */
  public static String streamBody(String model) {
    return "{\"model\":\""
        + model
        + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
  }

  /** Ends all; what the gateway has logged is printed, for a test that failed. */
  @Override
  public void close() {
    client.close();
    gateway.close();
    upstream.close();
    System.out.println("log of the shared gateway:\n" + gateway.logText());
  }

  /** Gives test classes the lab, which ends with the last of them. */
  public static final class Shared implements ParameterResolver, BeforeEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(Lab.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Lab.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return lab(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
      lab(context).upstream().clear();
    }

    private static Lab lab(ExtensionContext context) {
      return context
          .getRoot()
          .getStore(NAMESPACE)
          .getOrComputeIfAbsent(Lab.class, key -> start(), StoredLab.class)
          .lab;
    }

    private static StoredLab start() {
      try {
        return new StoredLab(new Lab());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    private record StoredLab(Lab lab) implements ExtensionContext.Store.CloseableResource {
      @Override
      public void close() {
        lab.close();
      }
    }
  }
}
