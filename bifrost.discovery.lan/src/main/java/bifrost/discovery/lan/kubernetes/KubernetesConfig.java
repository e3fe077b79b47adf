package bifrost.discovery.lan.kubernetes;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Which pods are peers; PID {@code bifrost.discovery.kubernetes}. */
@ObjectClassDefinition(
    name = "Bifrost discovery by Kubernetes",
    description = "Finds the pods of this Kubernetes cluster. It does not see other clusters.")
public @interface KubernetesConfig {
  /** The PID. */
  String PID = "bifrost.discovery.kubernetes";

  /** The selector. */
  @AttributeDefinition(
      name = "k8s_label_selector",
      description = "Labels of the pods that are peers, for example app=bifrost")
  String k8s__label__selector();

  /** The namespace. */
  @AttributeDefinition(
      name = "k8s_namespace",
      description = "Where the pods are; empty for the namespace of this pod",
      required = false)
  String k8s__namespace() default "";

  /** The API server. */
  @AttributeDefinition(
      name = "k8s_api",
      description = "The API server's address, https://...; empty for that of this pod's cluster",
      required = false)
  String k8s__api() default "";

  /** The port of the pods. */
  @AttributeDefinition(name = "bind_port", description = "The gossip port of the pods, 1 to 65535")
  int bind__port() default 10101;

  /** How long a call may take. */
  @AttributeDefinition(
      name = "dial_timeout",
      description = "How long the API server may take to answer: 500ms to 60s")
  String dial__timeout() default "10s";

  /** Where peers may be. */
  @AttributeDefinition(
      name = "allowed_address_space",
      description = "Networks as CIDR; what is found elsewhere is dropped. None for everywhere",
      required = false)
  String[] allowed__address__space() default {};
}
