package bifrost.discovery.etcd;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Which etcd to use and how; PID {@code bifrost.discovery.etcd}. */
@ObjectClassDefinition(
    name = "Bifrost discovery by etcd",
    description = "Registers this node in etcd and finds its peers there, over all regions.")
public @interface EtcdConfig {
  /** The PID. */
  String PID = "bifrost.discovery.etcd";

  /** The cluster's name. */
  @AttributeDefinition(
      name = "service_name",
      description = "The same on all nodes of a cluster; keys are /services/NAME/NODE_ID")
  String service__name();

  /** The servers. */
  @AttributeDefinition(
      name = "etcd_endpoints",
      description = "URLs such as http://etcd-1:2379 or https://etcd-1:2379, any number of servers")
  String[] etcd__endpoints();

  /** The user. */
  @AttributeDefinition(
      name = "etcd_user",
      description = "Needs to read and write keys with the prefix /services/NAME/",
      required = false)
  String etcd__user() default "";

  /** The user's password. */
  @AttributeDefinition(
      name = "etcd_password",
      description = "The user's password",
      type = AttributeType.PASSWORD,
      required = false)
  String etcd__password() default "";

  /** Who signs the servers' certificates. */
  @AttributeDefinition(
      name = "etcd_ca",
      description = "A file in PEM with the authorities to trust; empty for those of the JDK",
      required = false)
  String etcd__ca() default "";

  /** This node's certificate. */
  @AttributeDefinition(
      name = "etcd_cert",
      description = "A file in PEM with this node's certificate, with etcd_key",
      required = false)
  String etcd__cert() default "";

  /** The key of this node's certificate. */
  @AttributeDefinition(
      name = "etcd_key",
      description = "A file in PEM with the certificate's key (PKCS#8)",
      required = false)
  String etcd__key() default "";

  /** The port of entries that name none. */
  @AttributeDefinition(
      name = "bind_port",
      description = "The gossip port of entries that name none")
  int bind__port() default 10101;

  /** How long a call may take. */
  @AttributeDefinition(
      name = "dial_timeout",
      description = "How long connecting, and each call, may take: 1s to 1m")
  String dial__timeout() default "10s";
}
