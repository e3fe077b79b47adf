package bifrost.discovery.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.discovery.RecordingObserver;
import bifrost.tck.etcd.EtcdCluster;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real server that speaks TLS and wants the certificate of its clients. */
@Timeout(120)
class EtcdTlsTest {
  private static final Announcement A = new Announcement("a", "eu", "10.0.0.1", 10_101);

  @TempDir private Path folder;

  @Test
  void certificatesAreCheckedOnBothSidesAndAFailureIsNamed() throws Exception {
    assumeTrue(EtcdCluster.isInstalled(), EtcdCluster.MISSING);
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "no openssl here");
    authority("ca");
    authority("other-ca");
    certificate("server", "ca", "IP:127.0.0.1");
    certificate("client", "ca", "DNS:client");
    try (EtcdCluster etcd =
        EtcdCluster.startWithTls(file("server.pem"), file("server.key"), file("ca.pem"))) {
      RecordingObserver good = new RecordingObserver();
      try (PeerDiscovery.Session session = open(good, etcd.endpoint(0), "ca", true)) {
        good.await("a is found", o -> o.sees(A.host(), A.port()));
        assertEquals(List.of(), good.failures());
      }
      assertFails(etcd.endpoint(0), "other-ca", true, "TLS fails");
      assertFails(etcd.endpoint(0), "ca", false, "TLS fails");
      assertFails(etcd.endpoint(0).replace("127.0.0.1", "localhost"), "ca", true, "TLS fails");
      assertFails(etcd.endpoint(0).replace("https", "http"), "ca", true, "does not speak http");
    }
  }

  private void assertFails(String endpoint, String ca, boolean withCertificate, String cause)
      throws InterruptedException {
    RecordingObserver observer = new RecordingObserver();
    try (PeerDiscovery.Session session = open(observer, endpoint, ca, withCertificate)) {
      // a server may also reset a connection before what it says of it is read
      observer.await(
          "a failure names " + endpoint + " and has: " + cause,
          o -> o.failures().stream().anyMatch(f -> f.contains(endpoint) && f.contains(cause)));
      assertEquals(0, observer.registrations());
    }
  }

  private PeerDiscovery.Session open(
      RecordingObserver observer, String endpoint, String ca, boolean withCertificate) {
    EtcdSettings settings =
        new EtcdSettings(
            "tls",
            List.of(URI.create(endpoint)),
            "",
            "",
            Optional.of(file(ca + ".pem")),
            withCertificate
                ? Optional.of(new EtcdSettings.Certificate(file("client.pem"), file("client.key")))
                : Optional.empty(),
            10_101,
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1));
    return new EtcdDiscovery(settings).open(A, observer);
  }

  private void authority(String name) throws Exception {
    openssl(
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=" + name,
        "-keyout",
        name + ".key",
        "-out",
        name + ".pem");
  }

  private void certificate(String name, String authority, String alternative) throws Exception {
    openssl(
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-subj",
        "/CN=" + name,
        "-keyout",
        name + ".key",
        "-out",
        name + ".csr");
    Files.writeString(file(name + ".ext"), "subjectAltName=" + alternative);
    openssl(
        "x509",
        "-req",
        "-in",
        name + ".csr",
        "-CA",
        authority + ".pem",
        "-CAkey",
        authority + ".key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        name + ".ext",
        "-out",
        name + ".pem");
  }

  private void openssl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(output);
    }
  }

  private Path file(String name) {
    return folder.resolve(name);
  }
}
