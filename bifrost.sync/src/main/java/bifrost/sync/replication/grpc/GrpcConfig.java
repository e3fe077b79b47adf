package bifrost.sync.replication.grpc;

/**
 * Where replication listens and how its links are protected: part of the PID {@code
 * bifrost.sync.replication}.
 */
public @interface GrpcConfig {
  /** The port; 0 for any free one. */
  int port() default 10102;

  /** An address of this host; empty for all of them. */
  String bind__address() default "";

  /** {@code host} or {@code host:port} that the others use; empty for what gossip advertises. */
  String advertise__address() default "";

  /** How long a dial may take. */
  int dial__timeout__seconds() default 5;

  /** A file with this node's certificate, in PEM; empty for no TLS. */
  String tls_cert() default "";

  /** A file with its private key. */
  String tls_key() default "";

  /** A file with the certificates that every peer's must lead to. */
  String tls_ca() default "";

  /** What else a peer's certificate must hold: {@code node} or {@code ca}. */
  String tls_verify() default "node";

  /** Whether to do without TLS on an address that is not loopback. */
  boolean insecure() default false;
}
