package bifrost.it.discovery;

import java.io.IOException;

/** A method of discovery, as pods are configured for it. */
public interface Method extends AutoCloseable {
  /** Where the pods of tests are; entries elsewhere must not be contacted. */
  String ALLOWED = "\"allowed_address_space\": [\"127.0.0.0/8\"]";

  /** The method's type in the configuration. */
  String type();

  /** The method's fields of {@code cluster_config.discovery} for a pod, as JSON members. */
  String fields(Pod pod);

  /** A pod is about to start, or has moved; where others keep the entries, they enter it. */
  default void enter(Pod pod) throws IOException {}

  @Override
  default void close() throws IOException {}
}
