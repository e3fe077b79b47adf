package bifrost.storage;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Where the database is; PID {@code bifrost.storage}. */
@ObjectClassDefinition(
    name = "Bifrost storage",
    description = "The database of configuration, logs and counters.")
public @interface StorageConfig {
  /** The PID. */
  String PID = "bifrost.storage";

  /** The write endpoint's URL. */
  @AttributeDefinition(
      name = "write.url",
      description = "JDBC URL of the endpoint that takes every write, as jdbc:h2:file:/data/store")
  String write_url();

  /** The write endpoint's user. */
  @AttributeDefinition(name = "write.user", required = false)
  String write_user() default "";

  /** The write endpoint's password. */
  @AttributeDefinition(name = "write.password", type = AttributeType.PASSWORD, required = false)
  String write_password() default "";

  /** A command that prints the write endpoint's password. */
  @AttributeDefinition(
      name = "write.password_command",
      description = "run by sh for each new connection; in place of a password",
      required = false)
  String write_password__command() default "";

  /** The read endpoint's URL. */
  @AttributeDefinition(
      name = "read.url",
      description = "JDBC URL that a node boots from, a replica for example; empty: the write URL",
      required = false)
  String read_url() default "";

  /** The read endpoint's user. */
  @AttributeDefinition(name = "read.user", required = false)
  String read_user() default "";

  /** The read endpoint's password. */
  @AttributeDefinition(name = "read.password", type = AttributeType.PASSWORD, required = false)
  String read_password() default "";

  /** A command that prints the read endpoint's password. */
  @AttributeDefinition(
      name = "read.password_command",
      description = "run by sh for each new connection; in place of a password",
      required = false)
  String read_password__command() default "";

  /** The most connections to the write endpoint. */
  @AttributeDefinition(name = "max_connections", description = "2 to 1000")
  int max__connections() default 4;

  /** The longest wait for a connection. */
  @AttributeDefinition(name = "connect_timeout_ms", description = "250 to 60000")
  long connect__timeout__ms() default 5000;

  /** The longest wait for an answer. */
  @AttributeDefinition(name = "socket_timeout_ms", description = "1000 to 600000")
  long socket__timeout__ms() default 30_000;
}
