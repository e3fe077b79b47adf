package bifrost.sync.membership;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Who this node is in the cluster and how it gossips; PID {@code bifrost.sync.membership}. */
@ObjectClassDefinition(
    name = "Bifrost membership",
    description = "Joins this node to the cluster by gossip over UDP and TCP.")
public @interface MembershipConfig {
  /** The PID. */
  String PID = "bifrost.sync.membership";

  /** The node's id. */
  @AttributeDefinition(
      name = "node_id",
      description = "Unique in the cluster: 1 to 64 letters, digits or . _ -")
  String node__id();

  /** The node's region. */
  @AttributeDefinition(name = "region", description = "For example eu-west-1")
  String region() default "unknown";

  /** Nodes to join. */
  @AttributeDefinition(
      name = "peers",
      description = "host:port of other nodes; tried until they are members",
      required = false)
  String[] peers() default {};

  /** The gossip port. */
  @AttributeDefinition(name = "port", description = "UDP and TCP, 1 to 65535; 0 for any free one")
  int port() default 10101;

  /** Where to listen. */
  @AttributeDefinition(
      name = "bind_address",
      description = "An address of this host; empty for all of them",
      required = false)
  String bind__address() default "";

  /** Where others reach this node. */
  @AttributeDefinition(
      name = "advertise_address",
      description =
          "host or host:port under which others reach this node; empty for the bound address, or"
              + " for the first private one of this host when all are bound",
      required = false)
  String advertise__address() default "";

  /** The times of the protocol. */
  @AttributeDefinition(
      name = "profile",
      description = "wan for several regions, lan for one data centre")
  String profile() default "wan";

  /** The keys of the cluster. */
  @AttributeDefinition(
      name = "secret_keys",
      description =
          "Keys of 16, 24 or 32 bytes in base64; the first one encrypts, all decrypt. May be"
              + " changed while the node runs",
      type = AttributeType.PASSWORD,
      required = false)
  String[] secret__keys() default {};

  /** The cluster's label. */
  @AttributeDefinition(
      name = "label",
      description = "Keeps clusters apart that can reach each other; the same on all nodes",
      required = false)
  String label() default "";

  /** Whether to compress. */
  @AttributeDefinition(
      name = "compress",
      description = "Compresses what is sent; what is received may always be compressed")
  boolean compress() default false;

  /** Where the HTTP listener is reached. */
  @AttributeDefinition(
      name = "http_address",
      description = "host:port, told to the other nodes; empty for what the listener says",
      required = false)
  String http__address() default "";

  /** Where replication is reached. */
  @AttributeDefinition(
      name = "grpc_address",
      description = "host:port, told to the other nodes; empty for what replication says",
      required = false)
  String grpc__address() default "";
}
