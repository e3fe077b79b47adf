package bifrost.sync.replication.broker;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Which brokers this node is at; PID {@code bifrost.sync.broker}. */
@ObjectClassDefinition(
    name = "Bifrost by brokers",
    description = "Joins this node to the cluster by brokers, for platforms without ports inwards")
public @interface BrokerConfig {
  /** The PID. */
  String PID = "bifrost.sync.broker";

  /** The node's id. */
  @AttributeDefinition(name = "node_id", description = "Unique in the cluster")
  String node__id();

  /** Which of the node's lives. */
  @AttributeDefinition(name = "epoch", description = "Grows with each start")
  long epoch() default 1;

  /** The node's region. */
  @AttributeDefinition(name = "region", description = "For example eu-west-1")
  String region() default "unknown";

  /** The brokers. */
  @AttributeDefinition(
      name = "address",
      description = "host:port of each broker, separated by commas; the first one is preferred")
  String address();

  /** Whether the brokers have TLS. */
  @AttributeDefinition(name = "tls", description = "Whether to speak TLS with the brokers")
  boolean tls() default true;

  /** Who has issued the certificates of the brokers. */
  @AttributeDefinition(
      name = "ca",
      description = "A file in PEM; empty for the authorities of the Java installation",
      required = false)
  String ca() default "";

  /** What the brokers want to see. */
  @AttributeDefinition(
      name = "auth_token",
      description = "The token of the brokers, 16 characters or more",
      type = AttributeType.PASSWORD)
  String auth__token();
}
