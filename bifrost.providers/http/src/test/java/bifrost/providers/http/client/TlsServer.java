package bifrost.providers.http.client;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An HTTPS server on loopback with a certificate of its own, for the name that it is given. */
final class TlsServer implements AutoCloseable {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final HttpsServer server;
  private final String pem;
  private final Set<InetSocketAddress> clients;
  private final CountDownLatch waiting;
  private final CountDownLatch stopped;

  private TlsServer(
      HttpsServer server,
      String pem,
      Set<InetSocketAddress> clients,
      CountDownLatch waiting,
      CountDownLatch stopped) {
    this.server = server;
    this.pem = pem;
    this.clients = clients;
    this.waiting = waiting;
    this.stopped = stopped;
  }

  static TlsServer start(Path file, String subjectAlternativeName) throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "SAN=" + subjectAlternativeName,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!keytool.waitFor(20, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IllegalStateException("keytool failed");
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    server.createContext(
        "/silent",
        exchange -> {
          waiting.countDown();
          try {
            stopped.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.createContext(
        "/",
        exchange -> {
          clients.add(exchange.getRemoteAddress());
          exchange.getRequestBody().readAllBytes();
          byte[] answer = "secure".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.setExecutor(task -> Thread.ofVirtual().start(task));
    server.start();
    String pem =
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(store.getCertificate("server").getEncoded())
            + "\n-----END CERTIFICATE-----\n";
    return new TlsServer(server, pem, clients, waiting, stopped);
  }

  String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  String silentUrl() {
    return url() + "silent";
  }

  /** Waits until a request waits for its silent answer. */
  void awaitSilent() throws InterruptedException {
    if (!waiting.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError("no request came");
    }
  }

  /** How many connections were answered on. */
  int handshakes() {
    return clients.size();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String pem() {
    return pem;
  }

  @Override
  public void close() {
    stopped.countDown();
    server.stop(0);
  }
}
