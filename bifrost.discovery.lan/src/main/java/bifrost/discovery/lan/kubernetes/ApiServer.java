package bifrost.discovery.lan.kubernetes;

import bifrost.api.cluster.DiscoveryFailure.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * Asks the API server for pods. Token and authorities are read from their files for each request,
 * because Kubernetes replaces them while a pod runs. For one thread but for closing.
 */
final class ApiServer implements AutoCloseable {
  private static final int OK = 200;
  private static final int GONE = 410;
  private static final int BUSY = 429;
  private static final int SERVER_ERROR = 500;

  private final KubernetesSettings settings;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(
          Thread.ofVirtual().name("bifrost-discovery-kubernetes-http").factory());
  private volatile HttpClient client;
  private byte[] authorities = {};

  ApiServer(KubernetesSettings settings) {
    this.settings = settings;
  }

  /**
   * Lists or watches pods.
   *
   * @param query what is asked, without the selector
   * @return the body, for the caller to close
   */
  InputStream pods(String query) throws ApiFailedException, InterruptedException {
    URI uri =
        URI.create(
            settings.api()
                + "/api/v1/namespaces/"
                + settings.namespace()
                + "/pods?labelSelector="
                + encode(settings.labelSelector())
                + "&"
                + query);
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri)
              .timeout(settings.timeout())
              .header("Accept", "application/json");
      String token = token();
      if (!token.isEmpty()) {
        request.header("Authorization", "Bearer " + token);
      }
      HttpResponse<InputStream> response =
          client().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() == OK) {
        return response.body();
      }
      response.body().close();
      throw refused(response.statusCode());
    } catch (IOException | GeneralSecurityException e) {
      throw failed(e);
    } catch (IllegalArgumentException e) {
      throw new ApiFailedException(
          Reason.MISCONFIGURED,
          settings.account().resolve("token") + " holds no token: it has strange characters",
          false);
    }
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** What a failure of the connection means to an operator. */
  ApiFailedException failed(Exception e) {
    String message = e.getMessage();
    String cause = message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    return new ApiFailedException(
        reason(e),
        "the API server " + settings.api() + ": " + cause.lines().findFirst().orElse(""),
        false);
  }

  private ApiFailedException refused(int status) {
    String fix =
        switch (status) {
          case 401 -> ": the token in " + settings.account().resolve("token") + " is not accepted";
          case 403 ->
              ": the service account needs get, list and watch on pods in namespace "
                  + settings.namespace();
          case 404 -> ": is k8s_api the API server's address?";
          default -> "";
        };
    return new ApiFailedException(
        reason(status),
        "the API server " + settings.api() + " answers " + status + fix,
        status == GONE);
  }

  static Reason reason(int status) {
    return switch (status) {
      case 401, 403 -> Reason.UNAUTHORISED;
      default ->
          status >= SERVER_ERROR || status == BUSY ? Reason.UNAVAILABLE : Reason.INVALID_ANSWER;
    };
  }

  private static Reason reason(Exception e) {
    return switch (e) {
      case SSLException tls -> Reason.UNTRUSTED;
      case GeneralSecurityException tls -> Reason.UNTRUSTED;
      case FileSystemException account -> Reason.MISCONFIGURED;
      case ProtocolException other -> Reason.INVALID_ANSWER;
      case IOException away -> Reason.UNREACHABLE;
      default -> Reason.INVALID_ANSWER; // what answers is no JSON
    };
  }

  private String token() throws IOException {
    try {
      return Files.readString(settings.account().resolve("token")).trim();
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private HttpClient client() throws IOException, GeneralSecurityException {
    byte[] now = new byte[0];
    Path file = settings.account().resolve("ca.crt");
    if (Files.exists(file)) {
      now = Files.readAllBytes(file);
    }
    if (client == null || !Arrays.equals(now, authorities)) {
      if (client != null) {
        client.shutdownNow();
      }
      HttpClient.Builder builder =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(settings.timeout())
              .executor(threads);
      if (now.length > 0) {
        builder.sslContext(trusting(now));
      }
      client = builder.build();
      authorities = now;
    }
    return client;
  }

  private static SSLContext trusting(byte[] pem) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int count = 0;
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem))) {
      store.setCertificateEntry("ca" + count++, certificate);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** Ends running requests. Safe for any thread. */
  @Override
  public void close() {
    HttpClient open = client;
    if (open != null) {
      open.shutdownNow();
    }
    threads.shutdownNow();
  }
}
