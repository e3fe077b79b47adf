package bifrost.sync.replication.tls;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where the certificates are and what a peer's has to say.
 *
 * @param cert this node's certificate, in PEM, with the intermediate ones after it
 * @param key its private key, in PEM, PKCS#8, without a password
 * @param ca the certificates, in PEM, that every peer's must lead to
 * @param verify what else a peer's certificate must hold
 */
public record TlsSettings(Path cert, Path key, Path ca, Verify verify) {
  /** Refuses {@code null}. */
  public TlsSettings {
    Objects.requireNonNull(cert, "cert is null");
    Objects.requireNonNull(key, "key is null");
    Objects.requireNonNull(ca, "ca is null");
    Objects.requireNonNull(verify, "verify is null");
  }

  /** What a peer's certificate must hold besides leading to the CA. */
  public enum Verify {
    /** The peer's node id, as {@code URI:bifrost://node/ID} or as {@code DNS:ID}. */
    NODE,
    /** Nothing: whoever has a certificate of the CA may use any node id. */
    CA
  }
}
