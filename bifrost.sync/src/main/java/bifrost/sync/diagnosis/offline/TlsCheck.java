package bifrost.sync.diagnosis.offline;

import bifrost.api.model.InvalidConfigException;
import bifrost.sync.diagnosis.rules.Fault;
import bifrost.sync.diagnosis.rules.Symptom;
import bifrost.sync.replication.tls.NodeTls;
import bifrost.sync.replication.tls.TlsSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** Whether the certificates of replication can be used. */
final class TlsCheck {
  private TlsCheck() {}

  static List<Symptom> check(MeshProperties replication) {
    if (replication.text("tls.cert").isEmpty()) {
      return List.of();
    }
    try {
      NodeTls tls =
          new NodeTls(
              new TlsSettings(
                  Path.of(replication.text("tls.cert")),
                  Path.of(replication.text("tls.key")),
                  Path.of(replication.text("tls.ca")),
                  TlsSettings.Verify.NODE),
              Clock.systemUTC());
      return tls.expires().isAfter(Instant.now())
          ? List.of()
          : List.of(symptom("the certificate ended at " + tls.expires()));
    } catch (InvalidConfigException e) {
      return List.of(symptom(e.getMessage()));
    }
  }

  private static Symptom symptom(String evidence) {
    return Symptom.of(
        Fault.TLS_FILES,
        "",
        "The certificates of replication cannot be used.",
        evidence,
        "Put a valid certificate, its key and the CA in PEM where cluster_config.grpc.tls says.");
  }
}
